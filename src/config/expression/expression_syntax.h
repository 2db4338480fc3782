#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "config/expression/regex.h"
#include "config/value/value.h"

namespace iter8::config {

/// One node of a parsed condition. Written by the parser only.
struct Syntax {
  enum class Kind {
    literal,      // value
    list,         // children are the elements
    field,        // name is the path the scope knows
    call,         // name; children are the arguments
    member,       // children[0] . name
    index,        // children[0] [ children[1] ]
    negate,       // - children[0]
    negation,     // not children[0]
    conjunction,  // children[0] and children[1]
    disjunction,
    fallback,  // children[0] ?? children[1]
    choice,    // children[0] ? children[1] : children[2]
    operation  // children[0] name children[1]: arithmetic, comparison, in, contains, startsWith, endsWith,
               // matches
  };

  Kind kind = Kind::literal;
  std::size_t offset = 0;  // in the text, for messages
  std::string name;
  Value value;
  std::optional<Regex> pattern;  // of matches with a literal on its right
  std::vector<Syntax> children;
  std::size_t depth = 1;
};

}  // namespace iter8::config
