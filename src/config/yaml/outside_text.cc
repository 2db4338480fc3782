#include "config/yaml/outside_text.h"

#include <algorithm>

#include "base/text.h"

namespace iter8::config {

namespace {

/// A quotation that is shorter tells next to nothing, and would be found where nobody quotes.
constexpr std::size_t kShortestQuotation = 6;
constexpr std::size_t kMostLines = 100'000;
constexpr std::string_view kCut = "…";

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// The length of the quotation of `line` that a text begins with, or 0.
std::size_t quoted_length(std::string_view text, std::string_view line) {
  const auto end = std::ranges::mismatch(text, line).in1;
  const auto length = static_cast<std::size_t>(end - text.begin());
  if (length < kShortestQuotation) return 0;
  if (text.substr(length).starts_with(kCut)) return length + kCut.size();
  if (length == line.size()) return length;
  // A word that only begins alike is another one.
  const bool is_in_word =
      length < text.size() && is_word_character(text[length]) && is_word_character(text[length - 1]);
  return is_in_word ? 0 : length;
}

}  // namespace

void OutsideTexts::add(std::string_view text, const std::string& reference) {
  for (const std::string& line : base::split(text, '\n')) {
    const std::string_view trimmed = base::trim(line);
    if (trimmed.size() < kShortestQuotation || count_ >= kMostLines) continue;
    const std::string shown = base::printable(trimmed, trimmed.size() * 4);
    lines_[shown.substr(0, kShortestQuotation)].push_back({shown, base::printable(reference)});
    ++count_;
  }
}

void OutsideTexts::add_all_of(const OutsideTexts& other) {
  for (const auto& [beginning, lines] : other.lines_) {
    if (count_ >= kMostLines) return;
    std::vector<Line>& mine = lines_[beginning];
    mine.insert(mine.end(), lines.begin(), lines.end());
    count_ += lines.size();
  }
}

std::string OutsideTexts::removed_from(std::string message) const {
  if (lines_.empty()) return message;
  std::string result;
  std::string_view rest = message;
  while (!rest.empty()) {
    const auto lines = lines_.find(std::string(rest.substr(0, kShortestQuotation)));
    std::size_t longest = 0;
    const std::string* reference = nullptr;
    if (lines != lines_.end())
      for (const Line& line : lines->second)
        if (const std::size_t length = quoted_length(rest, line.text); length > longest) {
          longest = length;
          reference = &line.reference;
        }
    result.append(reference ? std::string_view(*reference) : rest.substr(0, 1));
    rest.remove_prefix(reference ? longest : 1);
  }
  return result;
}

}  // namespace iter8::config
