#include "config/yaml/key_path.h"

#include <utility>

#include <fmt/format.h>

namespace iter8::config {

namespace {

bool is_before(Position one, Position other) {
  return std::pair(one.line, one.column) < std::pair(other.line, other.column);
}

bool is_same(Position one, Position other) {
  return one.line == other.line && one.column == other.column;
}

std::string escaped(const std::string& key) {
  std::string text;
  for (const char c : key) {
    if (c == '.' || c == '[' || c == '\\') text += '\\';
    text += c;
  }
  return text;
}

/// The last part of `node` that begins at or before the position; null where none does. Sets its step.
const Node* part_at(const Node& node, Position position, std::string& step) {
  const Node* found = nullptr;
  const auto consider = [&](Position start, const Node& part, const auto& name) {
    if (start.line == 0 || is_before(position, start)) return;
    found = &part;
    step = name();
  };
  for (std::size_t i = 0; i < node.items.size(); ++i)
    consider(node.items[i].position, node.items[i], [i] { return fmt::format("[{}]", i); });
  for (const Node::Entry& entry : node.entries)
    consider(entry.position, entry.value, [&entry] { return escaped(entry.key); });
  return found;
}

}  // namespace

std::string key_path(const Node& document, Position position) {
  std::string path;
  if (position.line == 0) return path;
  const Node* node = &document;
  // What begins where its first part begins is meant as a whole: "missing key 'url'".
  while (!is_same(node->position, position)) {
    std::string step;
    node = part_at(*node, position, step);
    if (!node) break;
    if (!path.empty() && !step.starts_with('[')) path += '.';
    path += step;
  }
  return path;
}

}  // namespace iter8::config
