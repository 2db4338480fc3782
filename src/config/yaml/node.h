#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/value/value.h"

namespace iter8::config {

/// Where something stands in the file, both from 1; 0 = nowhere (made by the program).
struct Position {
  int line = 0;
  int column = 0;
};

/// Where the byte `offset` of a text stands whose first character is at `start`. A text of several lines is
/// taken to be a block: each line stands below the one before and begins in the same column. Columns count
/// characters.
Position position_in(Position start, std::string_view text, std::size_t offset);

/// One node of a YAML document: what was written and where. A plain tree without aliases (they are expanded
/// while reading) and without duplicate keys. `text` of a scalar is as written, or as it is after ${…} was
/// replaced.
struct Node {
  enum class Kind { null, scalar, sequence, map };
  struct Entry;

  Kind kind = Kind::null;
  Position position;
  Position text_position;  // of a scalar's first character: behind the quote, or on the line below a | or >
  std::string text;
  bool quoted = false;       // "8" and '8' are text, 8 is a number
  bool is_override = false;  // given by --set, and not by the file
  std::string reference;     // as written, if a part of `text` comes from outside of the file: "${NAME}"
  std::vector<Node> items;
  std::vector<Entry> entries;

  const Node* find(std::string_view key) const;

  /// "nothing", "text 'abc'", "number 8", "a list", "a map": the "found …" of a message. Cut and printable.
  /// A text from outside is not shown: "the value of ${NAME}".
  std::string described() const;
};

struct Node::Entry {
  std::string key;
  Position position;
  Node value;
};

/// Plain scalars become boolean, integer, number or null by YAML's core schema; quoted ones text.
Value to_value(const Node& node);

/// The same for values that templates print: a number that would not print as it is written (1.20, 007, 0x10)
/// is text.
Value to_printable_value(const Node& node);

/// What a plain scalar means by YAML's core schema: null, boolean, integer, number (also .inf and .nan) or
/// text. An integer beyond 64 bits is a number.
Value plain_scalar(std::string_view text);

}  // namespace iter8::config
