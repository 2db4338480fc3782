#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "config/edit/document_path.h"

namespace iter8::config {

/// Sets one scalar of a YAML text and leaves every other byte as it is: comments, order, indentation, quotes,
/// line ends. `document` (from 0) chooses one of several documents; without it exactly one must have the
/// path. Throws base::Error when the path leads nowhere (naming what there is and the nearest name), to a
/// list or a map, or when the edited text would not be the same document but for that value: nothing is ever
/// changed by accident.
std::string with_yaml_value(std::string_view yaml, const DocumentPath& path, std::string_view value,
                            std::optional<std::size_t> document = std::nullopt);

/// The text of the scalar at the path; throws as with_yaml_value.
std::string yaml_value(std::string_view yaml, const DocumentPath& path,
                       std::optional<std::size_t> document = std::nullopt);

/// The same for JSON (RFC 8259). What was a text stays one; what was a number, true, false or null becomes
/// the value as it is when that is one of these, else a text.
std::string with_json_value(std::string_view json, const DocumentPath& path, std::string_view value);
std::string json_value(std::string_view json, const DocumentPath& path);

/// `json` with the value that `source` has at the path, byte for byte: what takes an edit back.
std::string with_json_value_of(std::string_view json, const DocumentPath& path, std::string_view source);

}  // namespace iter8::config
