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
using Step = std::variant<std::string, std::size_t>;

[[noreturn]] void fail(const std::string& path, const std::string& what) {
  throw base::UsageError(fmt::format("--set {}: {}", base::printable(path), what));
}

/// The text up to an unescaped '.' or '['; moves `at` behind it.
std::string read_key(const std::string& path, std::size_t& at) {
  std::string key;
  while (at < path.size() && path[at] != '.' && path[at] != '[') {
    if (path[at] == '\\' && at + 1 < path.size()) ++at;
    key += path[at++];
  }
  if (key.empty()) fail(path, "expected a key, as in a.b[0].c");
  return key;
}

std::size_t read_index(const std::string& path, std::size_t& at) {
  const std::size_t close = path.find(']', at);
  const std::string digits = close == std::string::npos ? "" : path.substr(at + 1, close - at - 1);
  const std::optional<long long> index = base::parse_integer(digits);
  if (!index || *index < 0) fail(path, "expected a number in brackets, as in a.b[0].c");
  at = close + 1;
  return static_cast<std::size_t>(*index);
}

std::vector<Step> steps_of(const std::string& path) {
  std::vector<Step> steps;
  std::size_t at = 0;
  while (at < path.size()) {
    if (path[at] == '[') {
      steps.emplace_back(read_index(path, at));
    } else {
      if (path[at] == '.') ++at;
      steps.emplace_back(read_key(path, at));
    }
  }
  if (steps.empty() || path.back() == '.') fail(path, "expected a path, as in a.b[0].c");
  return steps;
}

Node& child_of(Node& parent, const std::string& key, const std::string& path) {
  if (parent.kind == Node::Kind::null) parent.kind = Node::Kind::map;
  if (parent.kind != Node::Kind::map)
    fail(path, fmt::format("'{}' is looked up in {}, which is no map", key, parent.described()));
  const auto entry = std::find_if(parent.entries.begin(), parent.entries.end(),
                                  [&key](const Node::Entry& one) { return one.key == key; });
  if (entry != parent.entries.end()) return entry->value;
  return parent.entries.emplace_back(Node::Entry{key, parent.position, Node{}}).value;
}

Node& child_of(Node& parent, std::size_t index, const std::string& path) {
  if (parent.kind == Node::Kind::null) parent.kind = Node::Kind::sequence;
  if (parent.kind != Node::Kind::sequence)
    fail(path, fmt::format("[{}] is looked up in {}, which is no list", index, parent.described()));
  if (index > parent.items.size())
    fail(path, fmt::format("[{}] is behind the end of a list of {}", index, parent.items.size()));
  if (index == parent.items.size()) parent.items.emplace_back();
  return parent.items[index];
}

void apply(Node& document, const std::string& path, const std::string& value) {
  std::vector<Step> steps = steps_of(path);
  const std::string* first = std::get_if<std::string>(&steps.front());
  if (document.kind == Node::Kind::sequence && first && (*first == "tasks" || *first == "spec"))
    steps.erase(steps.begin());
  if (steps.empty()) fail(path, "a list cannot be replaced by one value");

  Node* place = &document;
  for (const Step& step : steps)
    place = std::visit([&](const auto& part) { return &child_of(*place, part, path); }, step);

  const config::Position position = place->position;
  const bool is_null = value == "null" || value == "~";
  *place = Node{};
  place->position = position;
  place->kind = is_null ? Node::Kind::null : Node::Kind::scalar;
  place->text = is_null ? "" : value;
  place->quoted = value.empty();
}

}  // namespace

void apply_overrides(config::Node& document,
                     const std::vector<std::pair<std::string, std::string>>& overrides) {
  for (const auto& [path, value] : overrides) apply(document, path, value);
}

}  // namespace iter8::experiment
