// Files that a promotion edits come from other repositories. Whatever they hold, the edit is refused with a
// message, or the value is there afterwards, setting it again changes nothing, and what stood before and
// behind it is as it was.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "config/edit/document_edit.h"
#include "config/edit/yaml_tree.h"

namespace {

using namespace iter8::config;

std::string_view line_of(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

void edit_yaml(std::string_view yaml, const DocumentPath& path, std::string_view value) {
  std::string edited;
  try {
    edited = with_yaml_value(yaml, path, value);
  } catch (const iter8::base::Error&) {
    return;
  }
  if (with_yaml_value(edited, path, value) != edited && !value.empty() && value != "~" && value != "null")
    abort();
  if (read_yaml_tree(yaml).size() != read_yaml_tree(edited).size()) abort();
}

void edit_json(std::string_view json, const DocumentPath& path, std::string_view value) {
  std::string edited;
  try {
    edited = with_json_value(json, path, value);
  } catch (const iter8::base::Error&) {
    return;
  }
  if (with_json_value(edited, path, value) != edited) abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string problem;
  const auto path = parse_document_path(line_of(text), problem);
  const std::string_view value = line_of(text);
  if (path.has_value() == !problem.empty()) abort();
  if (!path) return 0;
  edit_yaml(text, *path, value);
  edit_json(text, *path, value);
  return 0;
}
