#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/value.h"

namespace iter8::config {

/// Where something stands in the file, both from 1; 0 = nowhere (made by the program).
struct Position {
  int line = 0;
  int column = 0;
};

/// One node of a YAML document: what was written and where. A plain tree without aliases (they are expanded while
/// reading) and without duplicate keys. `text` of a scalar is as written, or as it is after ${…} was replaced.
struct Node {
  enum class Kind { null, scalar, sequence, map };
  struct Entry;

  Kind kind = Kind::null;
  Position position;
  std::string text;
  bool quoted = false;  // "8" and '8' are text, 8 is a number
  std::vector<Node> items;
  std::vector<Entry> entries;

  const Node* find(std::string_view key) const;

  /// "nothing", "text 'abc'", "number 8", "a list", "a map": the "found …" of a message. Cut and printable.
  std::string described() const;
};

struct Node::Entry {
  std::string key;
  Position position;
  Node value;
};

/// Plain scalars become boolean, integer, number or null by YAML's core schema; quoted ones text.
Value to_value(const Node& node);

}  // namespace iter8::config
