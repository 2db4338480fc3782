#pragma once

extern "C" {
#include <jq.h>
#include <jv.h>

// jv.h has a static function that calls this one, and nobody calls that. Weak, so that it need not be linked.
__attribute__((weak)) jv_kind jv_get_kind(jv);
}

namespace iter8::web {

/// Every function of libjq that is used, for the two places that must name each: its pointer and its look-up.
#define ITER8_JQ_FUNCTIONS(USE) \
  USE(jq_compile)               \
  USE(jq_init)                  \
  USE(jq_next)                  \
  USE(jq_set_error_cb)          \
  USE(jq_start)                 \
  USE(jq_teardown)              \
  USE(jv_copy)                  \
  USE(jv_dump_string)           \
  USE(jv_free)                  \
  USE(jv_get_kind)              \
  USE(jv_invalid_get_msg)       \
  USE(jv_invalid_has_msg)       \
  USE(jv_number_value)          \
  USE(jv_parse_sized)           \
  USE(jv_string_length_bytes)   \
  USE(jv_string_value)

/// libjq, loaded when the first jq expression is compiled and not before: most runs have none.
class JqLibrary {
 public:
  /// The library, loaded once. Thread-safe. Throws base::Error when it is not installed.
  static const JqLibrary& get();

#define ITER8_DECLARE(function) decltype(&::function) function;  // NOLINT(bugprone-macro-parentheses): a name
  ITER8_JQ_FUNCTIONS(ITER8_DECLARE)
#undef ITER8_DECLARE

 private:
  JqLibrary();
};

}  // namespace iter8::web
