#pragma once

#include <string>
#include <string_view>

#include "config/value/value.h"

namespace iter8::config {

/// As the %v verb of Go prints it: 12, 0.5, true, abc, [1 2], map[a:1 b:2], <nil>.
std::string to_plain_text(const Value& value);

enum class JsonStyle { compact, pretty };

/// JSON in the order of the maps; pretty is indented by two spaces. NaN and infinities, which JSON cannot
/// say, are null.
std::string to_json(const Value& value, JsonStyle style);

/// A JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
std::string json_quoted(std::string_view text);

}  // namespace iter8::config
