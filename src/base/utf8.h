#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace iter8::base {

/// The character at `at`, which moves behind it; a byte that begins none is U+FFFD. There must be one.
char32_t next_character(std::string_view text, std::size_t& at);

/// Appends a character; one that is no Unicode scalar value becomes U+FFFD.
void append_utf8(std::string& text, char32_t character);

/// The number of characters, bytes that are none included.
std::size_t character_count(std::string_view text);

/// The offset behind the first `count` characters, at most the size.
std::size_t offset_of_character(std::string_view text, std::size_t count);

}  // namespace iter8::base
