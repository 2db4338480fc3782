#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "config/edit/yaml_tree.h"

namespace iter8::config {

/// The bytes [begin, end) of a scalar or alias, without its tag and anchor.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

enum class ScalarStyle { plain, single_quoted, double_quoted, block };

/// How the scalar whose bytes begin here is written.
ScalarStyle style_at(std::string_view yaml, std::size_t begin);

/// Where the bytes of the target's value are. An empty value has an empty span behind the colon of its key.
/// Throws base::Error when its end cannot be told.
Span span_of(std::string_view yaml, const YamlTarget& target);

/// How `value` is written in the place of the target, in the target's own style where that can hold it. What
/// was text stays text: where it was plain and the value would read as a number, a boolean, a date or
/// nothing, it is quoted.
std::string scalar_text(std::string_view value, const YamlTarget& target, ScalarStyle style);

}  // namespace iter8::config
