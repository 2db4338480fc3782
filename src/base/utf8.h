#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace iter8::base {

// Texts are UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. Where a text
// is not, each byte that begins no character counts as one character, U+FFFD.

/// What some editors write in front of a UTF-8 file.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Whether all of `text` is well-formed.
bool is_utf8(std::string_view text);

/// The bytes of the well-formed character at the front of `text`; 0 when there is none.
std::size_t character_length(std::string_view text);

/// The character at `at`, which moves behind it; a byte that begins none is U+FFFD. There must be one.
char32_t next_character(std::string_view text, std::size_t& at);

/// Appends a character; one that is not a Unicode scalar value becomes U+FFFD.
void append_utf8(std::string& text, char32_t character);

/// The number of characters, bytes that are none included.
std::size_t character_count(std::string_view text);

/// The offset behind the first `count` characters, at most the size.
std::size_t offset_of_character(std::string_view text, std::size_t count);

/// Whether a byte of a well-formed text begins a character: to count them, or to cut between them, without
/// decoding.
constexpr bool begins_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

/// The end of the longest start of a well-formed text that has at most `bytes` bytes and ends between two
/// characters.
std::size_t cut_offset(std::string_view text, std::size_t bytes);

}  // namespace iter8::base
