#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/template/template_functions.h"
#include "config/value/value.h"

namespace iter8::config {

// How template functions read their arguments. Each throws base::Error that names the function and what was
// found.

/// Whether `if` takes the value for true: all but false, 0, "", an empty list or map, and nothing.
bool is_true(const Value& value);

/// "text 'abc'", "number 5", "nothing", "a list", …
std::string described(const Value& value);

/// Text as it is, and numbers and booleans as they print.
std::string text_argument(const TemplateCall& call, std::size_t index);
/// An integer, a real, or a text that is a number.
Value number_argument(const TemplateCall& call, std::size_t index);
/// A number without a fraction.
std::int64_t whole_argument(const TemplateCall& call, std::size_t index);
const Value::List& list_argument(const TemplateCall& call, std::size_t index);
const Value::Map& map_argument(const TemplateCall& call, std::size_t index);

[[noreturn]] void wrong_argument(const TemplateCall& call, std::size_t index, std::string_view expected);

/// Levels of lists and maps that a value may have, so that no function needs a stack of any size.
inline constexpr std::size_t kValueDepth = 64;

/// The value. Throws base::Error when it has more levels than kValueDepth.
Value checked_depth(Value value);

}  // namespace iter8::config
