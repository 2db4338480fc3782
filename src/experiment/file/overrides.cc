#include "experiment/file/overrides.h"

#include <algorithm>
#include <optional>
#include <variant>

#include <fmt/format.h>

#include "base/error.h"
#include "base/number.h"
#include "base/text.h"

namespace iter8::experiment {

namespace {

using config::Node;
using PathPart = std::variant<std::string, std::size_t>;

[[noreturn]] void refuse_override(const std::string& path, const std::string& what) {
  throw base::UsageError(fmt::format("--set {}: {}", base::printable(path), what));
}

/// The text up to an unescaped '.' or '['; moves `at` past it.
std::string parse_key(const std::string& path, std::size_t& at) {
  std::string key;
  while (at < path.size() && path[at] != '.' && path[at] != '[') {
    if (path[at] == '\\' && at + 1 < path.size()) ++at;
    key += path[at++];
  }
  if (key.empty()) refuse_override(path, "expected a key, as in a.b[0].c");
  return key;
}

std::size_t parse_index(const std::string& path, std::size_t& at) {
  const std::size_t close = path.find(']', at);
  const std::string digits = close == std::string::npos ? "" : path.substr(at + 1, close - at - 1);
  const std::optional<long long> index = base::parse_integer(digits);
  if (!index || *index < 0) refuse_override(path, "expected a number in brackets, as in a.b[0].c");
  at = close + 1;
  return static_cast<std::size_t>(*index);
}

std::vector<PathPart> parse_path(const std::string& path) {
  std::vector<PathPart> parts;
  std::size_t at = 0;
  while (at < path.size()) {
    if (path[at] == '[') {
      parts.emplace_back(parse_index(path, at));
    } else {
      if (path[at] == '.') ++at;
      parts.emplace_back(parse_key(path, at));
    }
  }
  if (parts.empty() || path.back() == '.') refuse_override(path, "expected a path, as in a.b[0].c");
  return parts;
}

Node& child_of(Node& parent, const std::string& key, const std::string& path) {
  if (parent.kind == Node::Kind::null) parent.kind = Node::Kind::map;
  if (parent.kind != Node::Kind::map)
    refuse_override(path, fmt::format("cannot look up '{}' in {}: expected a map", key, parent.described()));
  const auto entry = std::find_if(parent.entries.begin(), parent.entries.end(),
                                  [&key](const Node::Entry& one) { return one.key == key; });
  if (entry != parent.entries.end()) return entry->value;
  return parent.entries.emplace_back(Node::Entry{key, parent.position, Node{}}).value;
}

Node& child_of(Node& parent, std::size_t index, const std::string& path) {
  if (parent.kind == Node::Kind::null) parent.kind = Node::Kind::sequence;
  if (parent.kind != Node::Kind::sequence)
    refuse_override(path,
                    fmt::format("cannot look up [{}] in {}: expected a list", index, parent.described()));
  if (index > parent.items.size())
    refuse_override(path, fmt::format("[{}] is past the end of a list of {}", index, parent.items.size()));
  if (index == parent.items.size()) parent.items.emplace_back();
  return parent.items[index];
}

void apply_override(Node& document, const std::string& path, const std::string& value) {
  std::vector<PathPart> parts = parse_path(path);
  const std::string* first = std::get_if<std::string>(&parts.front());
  if (document.kind == Node::Kind::sequence && first && (*first == "tasks" || *first == "spec"))
    parts.erase(parts.begin());
  if (parts.empty()) refuse_override(path, "a list cannot be replaced by one value");

  Node* place = &document;
  for (const PathPart& each : parts)
    place = std::visit([&](const auto& part) { return &child_of(*place, part, path); }, each);

  const config::Position position = place->position;
  const bool is_null = value == "null" || value == "~";
  *place = Node{};
  place->position = position;
  place->is_override = true;
  place->kind = is_null ? Node::Kind::null : Node::Kind::scalar;
  place->text = is_null ? "" : value;
  place->quoted = value.empty();
}

}  // namespace

void apply_overrides(config::Node& document,
                     const std::vector<std::pair<std::string, std::string>>& overrides) {
  for (const auto& [path, value] : overrides) apply_override(document, path, value);
}

}  // namespace iter8::experiment
