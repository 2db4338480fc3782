#pragma once

#include <string>
#include <vector>

namespace iter8::config {

struct FieldDoc;

/// What a place in the file accepts: the one description that reading, `iter8 tasks`, `iter8 schema` and the
/// docs share.
struct Schema {
  enum class Type { any, boolean, integer, number, text, choice, duration, list, map, object, one_of };
  Type type = Type::any;
  std::vector<std::string> choices;  // of a choice
  std::string pattern = {};          // of a text: a regular expression for all of it; empty = any text
  std::vector<Schema> inner;         // element of a list or map; alternatives of one_of
  std::vector<FieldDoc> fields;      // of an object
};

struct FieldDoc {
  std::string name;
  std::vector<std::string> aliases;  // older spellings
  std::string doc;                   // one line, with the unit
  std::string fallback;              // the default as it would be written; empty = none
  bool required = false;
  Schema schema;
};

}  // namespace iter8::config
