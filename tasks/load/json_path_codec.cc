#include "tasks/load/json_path_codec.h"

#include <optional>
#include <utility>

namespace iter8::config {

bool Codec<load::JsonPath>::read(const Node& node, Problems& problems, load::JsonPath& path) {
  std::string text;
  if (!Codec<std::string>::read(node, problems, text)) return false;
  std::string problem;
  std::optional<load::JsonPath> parsed = load::JsonPath::parse(text, problem);
  if (!parsed) {
    problems.error(node.position, problem);
    return false;
  }
  path = std::move(*parsed);
  return true;
}

}  // namespace iter8::config
