// The experiment file comes from people, scripts and, in CI, from whoever opens a pull request. Whatever it
// is, it is read or refused with a message, and what was read means the same when it is written as JSON and
// read again.
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "config/value/json_text.h"
#include "config/yaml/document.h"
#include "config/yaml/key_path.h"

namespace {

using namespace iter8::config;

/// JSON has no words for NaN and infinities.
bool is_finite(const Value& value) {
  if (value.real()) return std::isfinite(*value.real());
  bool finite = true;
  if (value.list())
    for (const Value& item : *value.list()) finite = finite && is_finite(item);
  if (value.map())
    for (const auto& entry : *value.map()) finite = finite && is_finite(entry.second);
  return finite;
}

/// A key of JSON is an implicit one to YAML, which is at most 1024 characters long. Other spellings of YAML
/// have longer ones.
bool has_long_key(const Value& value) {
  bool found = false;
  if (value.list())
    for (const Value& item : *value.list()) found = found || has_long_key(item);
  if (value.map())
    for (const auto& [key, item] : *value.map()) found = found || key.size() > 1000 || has_long_key(item);
  return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const DocumentLimits limits = {.bytes = 65536, .nodes = 20'000, .depth = 32};
  Problems problems("fuzz");
  const auto node = parse_document(text, problems, limits);
  if (problems.to_text().empty() == !node.has_value()) abort();
  if (!node) return 0;

  const Value value = to_value(*node);
  if (node->described().empty()) abort();
  for (const int line : {0, 1, 2, 7})
    for (const int column : {1, 3, 80}) key_path(*node, {line, column});
  if (!is_finite(value) || has_long_key(value)) return 0;
  Problems again("json");
  const auto reread = parse_document(to_json(value, JsonStyle::pretty), again);
  if (!reread || !(to_value(*reread) == value)) abort();
  return 0;
}
