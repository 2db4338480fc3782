#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/clock.h"

namespace iter8::tasks::metrics {

using Json = nlohmann::json;

/// The body as JSON. Throws base::Error that says what it is instead: HTML, nothing, JSON cut short.
Json parse_json(std::string_view body);

/// The member at a path of keys ("data", "result"), or null when one of them is missing or its parent is
/// not an object.
const Json* find(const Json& json, std::initializer_list<std::string_view> path);

/// find(), and an Error naming the path when there is none.
const Json& at(const Json& json, std::initializer_list<std::string_view> path);

/// The text of a member, or an empty one.
std::string text_of(const Json& json, std::string_view key);

/// A number, or text that is one; "NaN", "+Inf" and "-Inf" are. Null is NaN: how backends write what they
/// have not. Nothing for everything else.
std::optional<double> number_of(const Json& json);

/// The same of a text.
std::optional<double> number_of_text(std::string_view text);

/// number_of(), and an Error that shows what was found.
double expect_number(const Json& json);

/// A time as seconds since 1970.
base::WallTime time_of_seconds(double seconds);

}  // namespace iter8::tasks::metrics
