#include "base/markdown.h"

#include "base/text.h"

namespace iter8::base {

/// GitHub looks for mentions and references in the rendered text, where only a character in between (a
/// zero-width space) stops it.
std::string markdown_escaped(std::string_view raw, std::size_t limit) {
  constexpr std::string_view kZeroWidthSpace = "\u200B";
  std::string text;
  for (const char c : printable(raw, limit)) {
    if (std::string_view("\\`*_[]<>&#|~@").find(c) != std::string_view::npos) text += '\\';
    text += c;
    if (c == '@' || c == '#') text += kZeroWidthSpace;
  }
  return text;
}

}  // namespace iter8::base
