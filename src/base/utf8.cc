#include "base/utf8.h"

#include <cstdint>

namespace iter8::base {

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

// RFC 3629, section 4.
std::size_t character_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xC2 && first <= 0xDF   ? 2
                             : first >= 0xE0 && first <= 0xEF ? 3
                             : first >= 0xF0 && first <= 0xF4 ? 4
                                                              : 0;
  if (length == 0 || text.size() < length) return 0;
  const std::uint8_t least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const std::uint8_t most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < least || byte(1) > most) return 0;
  for (std::size_t i = 2; i < length; ++i)
    if (begins_character(text[i])) return 0;
  return length;
}

char32_t next_character(std::string_view text, std::size_t& at) {
  constexpr char32_t kReplacement = 0xFFFD;
  const std::size_t length = character_length(text.substr(at));
  if (length == 0) {
    ++at;
    return kReplacement;
  }
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  // The first byte of a longer character says its length in as many ones and a zero.
  char32_t character = length == 1 ? byte(at) : byte(at) & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) character = (character << 6U) | (byte(at + i) & 0x3FU);
  at += length;
  return character;
}

void append_utf8(std::string& text, char32_t character) {
  const bool is_scalar = character <= 0x10FFFF && (character < 0xD800 || character > 0xDFFF);
  const char32_t c = is_scalar ? character : 0xFFFD;
  const auto add = [&text](char32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (c < 0x80) return add(c);
  if (c < 0x800) {
    add(0xC0U | (c >> 6U));
  } else if (c < 0x10000) {
    add(0xE0U | (c >> 12U));
    add(0x80U | ((c >> 6U) & 0x3FU));
  } else {
    add(0xF0U | (c >> 18U));
    add(0x80U | ((c >> 12U) & 0x3FU));
    add(0x80U | ((c >> 6U) & 0x3FU));
  }
  add(0x80U | (c & 0x3FU));
}

std::size_t character_count(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) next_character(text, at);
  return count;
}

std::size_t offset_of_character(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < count && at < text.size(); ++i) next_character(text, at);
  return at;
}

std::size_t cut_offset(std::string_view text, std::size_t bytes) {
  if (bytes >= text.size()) return text.size();
  while (bytes > 0 && !begins_character(text[bytes])) --bytes;
  return bytes;
}

}  // namespace iter8::base
