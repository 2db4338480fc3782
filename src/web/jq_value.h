#pragma once

#include <optional>
#include <string>

#include "web/jq_library.h"

namespace iter8::web {

/// A value of libjq; frees it.
class Jv {
 public:
  explicit Jv(jv value) : value_(value) {}
  ~Jv() { JqLibrary::get().jv_free(value_); }
  Jv(const Jv&) = delete;
  Jv& operator=(const Jv&) = delete;

  jv_kind kind() const { return JqLibrary::get().jv_get_kind(value_); }
  double number() const { return JqLibrary::get().jv_number_value(value_); }
  /// libjq's functions take what they are given; a copy is another reference.
  jv copy() const { return JqLibrary::get().jv_copy(value_); }
  std::string text() const {
    return {JqLibrary::get().jv_string_value(value_),
            static_cast<std::size_t>(JqLibrary::get().jv_string_length_bytes(copy()))};
  }
  std::string json() const { return Jv(JqLibrary::get().jv_dump_string(copy(), 0)).text(); }

  /// The message of an invalid value, or nothing where there is none.
  std::optional<std::string> problem() const {
    if (kind() != JV_KIND_INVALID || JqLibrary::get().jv_invalid_has_msg(copy()) == 0) return std::nullopt;
    const Jv message(JqLibrary::get().jv_invalid_get_msg(copy()));
    return message.kind() == JV_KIND_STRING ? message.text() : message.json();
  }

 private:
  jv value_;
};

}  // namespace iter8::web
