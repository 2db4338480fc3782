#pragma once

#include <string>
#include <string_view>

namespace iter8::config {

/// YAML takes the braces of ${NAME} for its own inside {…} and […]: `{url: ${URL}}` would not be read. These
/// hide the characters of a reference that mean something in YAML while the parser works. Every byte keeps
/// its place. The text must hold no control characters but tabs and line ends.
std::string escape_placeholders(std::string_view yaml);

/// The characters as they were written.
std::string unescape_placeholders(std::string text);

}  // namespace iter8::config
