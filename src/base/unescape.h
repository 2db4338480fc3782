#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace iter8::base {

/// A text as some program would read it, and where each of its bytes comes from.
struct Unescaped {
  std::string text;
  std::vector<std::uint32_t> origin;  // for each byte, where what stands for it begins; one more for the end

  /// The bytes of the original that stand for these of the text: from, to.
  std::pair<std::size_t, std::size_t> source_of(std::size_t begin, std::size_t length) const;
};

/// Ways to write a text so that it passes through another format.
enum class Escaping {
  percent,          // %2F and %2f; RFC 3986
  form,             // the same, and + is a space
  json,             // \" \/ \n \u0026 \x26, of JSON, C and JavaScript
  html,             // &amp; &#38; &#x26;
  broken_in_lines,  // line breaks that mean nothing, as in MIME's base64
};

/// Whether a text could be another one in this escaping: it has the character that begins an escape.
bool may_be_escaped(std::string_view text, Escaping escaping);

/// Other text stays as it is. Texts of 4 GiB and more are left alone: all of them reads as nothing.
Unescaped unescape(std::string_view text, Escaping escaping);
/// The same of a text that was unescaped before.
Unescaped unescape(const Unescaped& before, Escaping escaping);

}  // namespace iter8::base
