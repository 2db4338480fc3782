#include "base/markdown.h"

#include <algorithm>
#include <string>

#include "base/text.h"

namespace iter8::base {

namespace {

constexpr std::string_view kZeroWidthSpace = "\u200B";

/// How many bytes at the front of a text must not be followed by the rest; 0 = it begins no link.
std::size_t link_mark(std::string_view text) {
  if (text.starts_with('@') || text.starts_with('#') || text.starts_with("://")) return 1;
  const std::string start = lower(text.substr(0, 4));
  if (start == "www.") return 3;
  return start.starts_with("gh-") ? 2 : 0;  // GitHub's other way to write #12
}

}  // namespace

std::string without_links(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t mark = link_mark(text);
    result.append(text.substr(0, std::max<std::size_t>(mark, 1)));
    if (mark > 0) result += kZeroWidthSpace;
    text.remove_prefix(std::max<std::size_t>(mark, 1));
  }
  return result;
}

std::string markdown_escaped(std::string_view raw, std::size_t limit) {
  std::string text;
  for (const char c : without_links(printable(raw, limit))) {
    if (std::string_view("\\`*_[]<>&#|~@").find(c) != std::string_view::npos) text += '\\';
    text += c;
  }
  return text;
}

}  // namespace iter8::base
