#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "config/value/value.h"

namespace iter8::config {

enum class JsonStyle { compact, pretty };

/// JSON in the order of the maps; pretty is indented by two spaces. NaN and infinities, which JSON cannot
/// say, are null, and bytes that are not UTF-8 become U+FFFD.
std::string to_json(const Value& value, JsonStyle style);

/// A JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
std::string json_quoted(std::string_view text);

/// Why a text is not what it should be, and behind how many of its bytes.
struct JsonFault {
  std::size_t offset = 0;
  std::string message;
};

/// Reads one JSON document (RFC 8259), strictly, of at most `depth` levels of lists and objects. Of two equal
/// keys the later one counts. An integer beyond 64 bits is a number. Nothing, and `fault` says why, when the
/// text is not one.
std::optional<Value> parse_json(std::string_view text, std::size_t depth, JsonFault& fault);

/// Why a text is not one JSON document; nothing when it is one, of whatever depth.
std::optional<JsonFault> json_fault(std::string_view text);

/// Between the values of expressions and templates and the documents of nlohmann/json; both keep the order of
/// maps.
nlohmann::ordered_json json_of(const Value& value);
Value value_of(const nlohmann::ordered_json& document);

}  // namespace iter8::config
