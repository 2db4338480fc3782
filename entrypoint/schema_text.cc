#include "entrypoint/schema_text.h"

#include <fmt/format.h>

#include "base/text.h"

namespace iter8::entrypoint {

namespace {

using config::FieldDoc;
using config::Schema;
using Type = Schema::Type;

/// The object whose fields are to be listed: the schema itself, or the first object inside its list, map or
/// alternatives. Null if there is none.
const Schema* inner_object(const Schema& schema) {
  if (schema.type == Type::object) return &schema;
  for (const Schema& inner : schema.inner)
    if (const Schema* object = inner_object(inner)) return object;
  return nullptr;
}

void append_fields(const Schema& schema, std::size_t depth, std::string& text) {
  constexpr std::size_t kDeepest = 4;
  const std::string margin(2 * depth, ' ');
  for (const FieldDoc& field : schema.fields) {
    text += fmt::format("{}{}  ({}{}{})\n", margin, field.name, type_text(field.schema),
                        field.required ? ", required" : "",
                        field.fallback.empty() ? "" : ", default " + field.fallback);
    text += fmt::format("{}    {}\n", margin, field.doc);
    if (!field.aliases.empty())
      text += fmt::format("{}    also: {}\n", margin, base::join(field.aliases, ", "));
    const Schema* object = inner_object(field.schema);
    if (object && depth < kDeepest) append_fields(*object, depth + 2, text);
  }
}

std::string list_text(const std::vector<Schema>& alternatives) {
  std::vector<std::string> texts;
  for (const Schema& schema : alternatives) texts.push_back(type_text(schema));
  return base::join(texts, " | ");
}

}  // namespace

std::string type_text(const Schema& schema) {
  switch (schema.type) {
    case Type::any:
      return "any value";
    case Type::boolean:
      return "true or false";
    case Type::integer:
      return "whole number";
    case Type::number:
      return "number";
    case Type::text:
      return "text";
    case Type::choice:
      return base::join(schema.choices, " | ");
    case Type::duration:
      return "duration";
    case Type::list:
      return "list of " + list_text(schema.inner);
    case Type::map:
      return "map of " + list_text(schema.inner);
    case Type::object:
      return "map";
    case Type::one_of:
      break;
  }
  return list_text(schema.inner);
}

std::string fields_text(const Schema& schema) {
  std::string text;
  const Schema* object = inner_object(schema);
  if (object) append_fields(*object, 1, text);
  return text;
}

}  // namespace iter8::entrypoint
