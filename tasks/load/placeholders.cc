#include "tasks/load/placeholders.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace iter8::tasks {

namespace {

using config::Node;

/// With this begin the placeholders of load::RequestTemplate that only the program itself writes.
constexpr char kEngineOnly = '\x01';

bool is_placeholder(std::string_view inside) {
  return inside.starts_with(kEngineOnly) || inside == "uuid" || inside == "seq" ||
         (inside.starts_with("row.") && inside.size() > 4 && inside.find_first_of("\"\\") == inside.npos);
}

std::string escape_placeholders_in(const std::string& text) {
  std::string result;
  std::size_t begin = 0;
  for (std::size_t at = text.find("{{"); at != std::string::npos; at = text.find("{{", at + 2)) {
    const std::size_t end = text.find("}}", at);
    if (end == std::string::npos) break;
    const std::string_view inside = base::trim(std::string_view(text).substr(at + 2, end - at - 2));
    if (!is_placeholder(inside)) continue;
    result += text.substr(begin, at - begin);
    result += "{{\"{{" + std::string(inside) + "}}\"}}";
    begin = end + 2;
  }
  return result + text.substr(begin);
}

void escape_all_placeholders(Node& node) {
  if (node.kind == Node::Kind::scalar) node.text = escape_placeholders_in(node.text);
  for (Node& item : node.items) escape_all_placeholders(item);
  for (Node::Entry& entry : node.entries) escape_all_placeholders(entry.value);
}

void escape_placeholders_below(Node& node, std::span<const std::string_view> keys) {
  for (Node& item : node.items) escape_placeholders_below(item, keys);
  for (Node::Entry& entry : node.entries) {
    if (std::ranges::find(keys, entry.key) != keys.end())
      escape_all_placeholders(entry.value);
    else
      escape_placeholders_below(entry.value, keys);
  }
}

}  // namespace

config::Value template_data(const std::vector<experiment::Version>& versions, std::size_t version,
                            int iteration) {
  config::Value::List all;
  for (const experiment::Version& each : versions) all.emplace_back(each.values);
  return config::Value::Map{
      {"version", versions[version].values}, {"versions", std::move(all)}, {"iteration", iteration}};
}

Node escape_placeholders(const Node& with, std::span<const std::string_view> keys) {
  Node escaped = with;
  escape_placeholders_below(escaped, keys);
  return escaped;
}

}  // namespace iter8::tasks
