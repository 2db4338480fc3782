// JSON of servers, plugins, CI systems and files. Whatever it is, the readers say the same about it: it is
// refused, or it is one document that is not too deep, and that reads back as it is written.
#include <cstdint>
#include <cstdlib>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/json_depth.h"
#include "config/value/json_text.h"
#include "web/foreign_json.h"

namespace {

using namespace iter8;

bool is_too_deep(std::string_view text) {
  try {
    web::refuse_deep_json(text);
  } catch (const base::Error&) {
    return true;
  }
  return false;
}

/// The texts of expressions and templates are read by another reader: it must not be a laxer one.
void check_values(std::string_view text) {
  config::JsonFault fault;
  const auto value = config::parse_json(text, base::kDeepestJson, fault);
  if (!value) abort();
  const std::string written = config::to_json(*value, config::JsonStyle::compact);
  const auto reread = config::parse_json(written, base::kDeepestJson, fault);
  if (!reread || !(*reread == *value)) abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const nlohmann::json document = web::parse_foreign_json(text);
  const nlohmann::ordered_json ordered = web::parse_foreign_ordered_json(text);
  const bool is_deep = is_too_deep(text);
  if (document.is_discarded() != ordered.is_discarded()) abort();
  if (is_deep != (base::json_depth(text) > base::kDeepestJson) || (is_deep && !document.is_discarded()))
    abort();
  if (!is_deep && document.is_discarded() != config::json_fault(text).has_value()) abort();
  if (document.is_discarded()) return 0;

  if (nlohmann::json::parse(document.dump(), nullptr, false) != document) abort();
  if (base::json_depth(ordered.dump()) > base::json_depth(text)) abort();
  check_values(text);
  return 0;
}
