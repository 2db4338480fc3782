// The first line is a path of keys and indices, the rest a document in which it is looked up. What is
// accepted as JSON is compared with another reader.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/json_depth.h"
#include "base/utf8.h"
#include "load/json_path.h"

namespace {

using namespace iter8::load;

constexpr auto kMostLevels = static_cast<int>(iter8::base::kDeepestJson);
constexpr std::size_t kFewDigits = 300;  // no number of so many overflows

/// The other reader takes only surrogates in pairs, which RFC 8259 leaves open.
bool may_have_surrogates(std::string_view document) {
  return document.find("\\ud") != std::string_view::npos || document.find("\\uD") != std::string_view::npos;
}

/// Levels of a document that is JSON.
int depth_of(std::string_view document) {
  int level = 0;
  int deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < document.size(); ++i) {
    const char c = document[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '[' || c == '{') deepest = std::max(deepest, ++level);
    if (c == ']' || c == '}') --level;
  }
  return deepest;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(text.find('\n'), text.size());
  std::string problem;
  const auto path = JsonPath::parse(text.substr(0, line), problem);
  if (!path && problem.empty()) abort();
  const std::string document(text.substr(std::min(line + 1, text.size())));
  static const JsonPath whole = *JsonPath::parse(".", problem);
  const auto found = path ? path->find(document) : whole.find(document);
  const bool accepted = found.has_value();
  if (found && found->kind == JsonValue::Kind::absent && (found->has_content() || found->number())) abort();
  if (found) found->text();

  const bool is_json = !iter8::base::has_nul(document) && nlohmann::json::accept(document);
  if (is_json && !accepted && depth_of(document) <= kMostLevels && !document.starts_with("\xEF\xBB\xBF"))
    abort();
  const bool may_overflow = document.size() > kFewDigits || document.find_first_of("eE") != std::string::npos;
  const bool is_doubtful = may_overflow || may_have_surrogates(document);
  if (accepted && !is_json && iter8::base::is_utf8(document) && !is_doubtful) abort();
  return 0;
}
