#include "experiment/file/file_shape.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.h"
#include "base/utf8.h"
#include "config/yaml/document.h"
#include "experiment/file/file_format.h"

namespace iter8::experiment {

namespace {

using config::Node;

constexpr std::string_view kOwnKeys = "x-";

/// Keys that no other kind of file has all the same; `name` and `metadata` could stand anywhere.
const std::vector<std::string>& telling_keys() {
  static const std::vector<std::string> keys{"tasks", "spec", "versions", "setup", "finally", "loop"};
  return keys;
}

const std::vector<std::string>& keys_of_entries() {
  static const std::vector<std::string> keys{"task", "run", "with", "if"};
  return keys;
}

bool has_any(const Node& node, const std::vector<std::string>& keys) {
  return std::any_of(node.entries.begin(), node.entries.end(), [&keys](const Node::Entry& entry) {
    return std::find(keys.begin(), keys.end(), entry.key) != keys.end() || base::nearest(entry.key, keys);
  });
}

bool has_known_keys_only(const Node& root) {
  const auto& fields = file_fields().docs();
  return std::all_of(root.entries.begin(), root.entries.end(), [&fields](const Node::Entry& entry) {
    return entry.key.starts_with(kOwnKeys) ||
           std::any_of(fields.begin(), fields.end(),
                       [&entry](const config::FieldDoc& field) { return field.name == entry.key; });
  });
}

/// Only comments and the marks of documents.
bool says_nothing(std::string_view text) {
  const std::vector<std::string> lines = base::split(text, '\n');
  return std::all_of(lines.begin(), lines.end(), [](const std::string& line) {
    const std::string_view rest = base::trim(line);
    return rest.empty() || rest.starts_with('#') || rest == "---" || rest == "...";
  });
}

bool is_experiment(const Node& root) {
  if (root.kind == Node::Kind::map)
    return root.find("apiVersion") || has_any(root, telling_keys()) || has_known_keys_only(root);
  if (root.kind != Node::Kind::sequence) return false;
  return root.items.empty() || std::any_of(root.items.begin(), root.items.end(),
                                           [](const Node& item) { return has_any(item, keys_of_entries()); });
}

}  // namespace

void report_other_kind(config::Problems& problems) {
  problems.error({1, 1}, "this is not an experiment: expected a map with 'tasks', or a list of tasks");
}

bool check_shape(const Node& root, config::Problems& problems) {
  if (is_experiment(root)) return true;
  report_other_kind(problems);
  return false;
}

bool resembles_experiment(std::string_view text) {
  const bool is_text = base::is_utf8(text) && std::none_of(text.begin(), text.end(), [](char c) {
                         return c >= 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r';
                       });
  if (!is_text || says_nothing(text) || text.size() > config::DocumentLimits{}.bytes) return true;
  constexpr std::array<std::string_view, 4> kWords{"task", "spec", "versions", "run:"};
  return std::any_of(kWords.begin(), kWords.end(),
                     [text](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

Node without_own_keys(const Node& root) {
  Node known = root;
  std::erase_if(known.entries, [](const Node::Entry& entry) { return entry.key.starts_with(kOwnKeys); });
  return known;
}

}  // namespace iter8::experiment
