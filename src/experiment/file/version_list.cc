#include "experiment/file/version_list.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/number.h"
#include "config/options/codec.h"

namespace iter8::experiment {

namespace {

/// Versions are compared with each other, so that the work grows with the square of their number.
constexpr std::size_t kMostVersions = 1000;

using config::Node;
using config::Value;

/// The value as YAML defines it, except that a number which would not be printed as it was written stays
/// text: `tag: 1.20` is "1.20".
Value value_of(const Node& node) {
  if (node.kind == Node::Kind::map) {
    Value::Map map;
    for (const Node::Entry& entry : node.entries) map.emplace_back(entry.key, value_of(entry.value));
    return map;
  }
  if (node.kind == Node::Kind::sequence) {
    Value::List list;
    for (const Node& item : node.items) list.push_back(value_of(item));
    return list;
  }
  Value value = config::to_value(node);
  const std::int64_t* integer = value.integer();
  const double* real = value.real();
  if ((integer && std::to_string(*integer) != node.text) || (real && base::shortest(*real) != node.text))
    return node.text;
  return value;
}

bool read_name(const Node& node, config::Problems& problems, std::string& name) {
  if (node.kind != Node::Kind::scalar || node.text.empty())
    return config::expected(node, problems, "a version's name");
  name = node.text;
  return true;
}

bool read_version(const Node& node, config::Problems& problems, Version& version) {
  if (node.kind == Node::Kind::scalar) {
    if (!read_name(node, problems, version.name)) return false;
    version.values.emplace_back("name", version.name);
    return true;
  }
  if (node.kind != Node::Kind::map)
    return config::expected(node, problems, "a version: a name, or a map with 'name'");

  const Node* name = node.find("name");
  if (!name) {
    problems.error(node.position, "missing key 'name' of a version");
    return false;
  }
  if (!read_name(*name, problems, version.name)) return false;
  for (const Node::Entry& entry : node.entries)
    version.values.emplace_back(entry.key, entry.key == "name" ? Value(version.name) : value_of(entry.value));
  return true;
}

}  // namespace

std::vector<Version> read_versions(const Node& list, config::Problems& problems) {
  std::vector<Version> versions;
  if (list.kind != Node::Kind::sequence || list.items.empty()) {
    config::expected(list, problems, "a list of at least one version");
    return versions;
  }
  if (list.items.size() > kMostVersions) {
    problems.error(list.items[kMostVersions].position,
                   fmt::format("found {} versions, expected at most {}", list.items.size(), kMostVersions));
    return versions;
  }
  for (const Node& item : list.items) {
    Version version;
    if (!read_version(item, problems, version)) continue;
    const bool is_taken = std::any_of(versions.begin(), versions.end(), [&version](const Version& other) {
      return other.name == version.name;
    });
    if (is_taken)
      problems.error(item.position,
                     fmt::format("found a second version named '{}', expected unique names", version.name));
    else
      versions.push_back(std::move(version));
  }
  return versions;
}

std::vector<Version> numbered_versions(std::size_t count) {
  std::vector<Version> versions;
  for (std::size_t number = 0; number < count; ++number) {
    const std::string name = std::to_string(number);
    versions.push_back({.name = name, .values = {{"name", Value(name)}}});
  }
  return versions;
}

}  // namespace iter8::experiment
