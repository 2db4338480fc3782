#include "base/text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstdlib>

#include <fmt/format.h>

#include "base/utf8.h"

namespace iter8::base {

namespace {

char lower_char(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

/// Edit distance with adjacent swaps (optimal string alignment) in half steps: 2 an edit, 1 for another case.
int distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<int>> cost(a.size() + 1, std::vector<int>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = static_cast<int>(2 * i);
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = static_cast<int>(2 * j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same_letter = lower_char(a[i - 1]) == lower_char(b[j - 1]);
      const int change = a[i - 1] == b[j - 1] ? 0 : same_letter ? 1 : 2;
      cost[i][j] = std::min({cost[i - 1][j] + 2, cost[i][j - 1] + 2, cost[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 2);
    }
  }
  return cost[a.size()][b.size()];
}

/// Characters of Unicode that change how a terminal or log shows the rest, or are not seen in it: C1, the
/// bidirectional ones, separators of lines and paragraphs, and those without width but for the joiners, which
/// scripts and emoji need.
bool is_hidden(std::string_view character) {
  static constexpr std::array<std::string_view, 18> kHidden = {
      "\u061C", "\u200B", "\u200E", "\u200F", "\u2028", "\u2029", "\u202A", "\u202B", "\u202C",
      "\u202D", "\u202E", "\u2060", "\u2066", "\u2067", "\u2068", "\u2069", "\uFEFF", "\u180E"};
  if (character.size() == 2 && character[0] == '\xC2' && static_cast<std::uint8_t>(character[1]) < 0xA0)
    return true;
  return std::find(kHidden.begin(), kHidden.end(), character) != kHidden.end();
}

}  // namespace

std::string_view trim(std::string_view text) {
  constexpr std::string_view space = " \t\r\n\v\f";
  const std::size_t begin = text.find_first_not_of(space);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower_char);
  return result;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t end = text.find(separator, begin);
    parts.emplace_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  if (from.empty()) return text;
  std::string result;
  std::size_t begin = 0;
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, begin)) {
    result.append(text, begin, at - begin).append(to);
    begin = at + from.size();
  }
  return result.append(text, begin);
}

std::string count_text(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates) {
  constexpr std::size_t longest = 100;  // the cost is quadratic, and no name of ours is near a text this long
  if (word.empty() || word.size() > longest) return std::nullopt;
  // Of a single letter nothing would be left but its case.
  const int bound = word.size() == 1 ? 1 : 2 * std::max(1, static_cast<int>(word.size()) / 3);
  std::optional<std::string> best;
  int best_distance = bound + 1;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > longest) continue;
    const auto extra = static_cast<int>(candidate.size()) - static_cast<int>(word.size());
    if (2 * std::abs(extra) >= best_distance) continue;  // each character too many or too few costs 2
    const int steps = distance(word, candidate);
    if (steps >= best_distance) continue;
    best = candidate;
    best_distance = steps;
  }
  return best;
}

std::string suggestion(std::string_view word, std::span<const std::string> candidates) {
  constexpr std::size_t kTelling = 4;  // characters of a word that was broken off
  auto best = nearest(word, candidates);
  if (!best && word.size() >= kTelling)
    for (const std::string& candidate : candidates)
      if (candidate.starts_with(word) && (!best || candidate.size() < best->size())) best = candidate;
  return best ? "; did you mean '" + *best + "'?" : "";
}

std::string printable(std::string_view text, std::size_t limit) {
  std::string result;
  while (!text.empty()) {
    if (result.size() >= limit) return result.append(kCutMark);
    const std::size_t length = character_length(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(length, 1));
    if (length == 0 || is_hidden(character)) {
      result += "\uFFFD";
    } else if (character == "\n") {
      result += "\\n";
    } else if (character == "\t") {
      result += "\\t";
    } else if (character == "\r") {
      result += "\\r";
    } else if (length == 1 && (static_cast<std::uint8_t>(character[0]) < 0x20 || character[0] == 0x7F)) {
      result += fmt::format("\\x{:02x}", static_cast<unsigned>(character[0]));
    } else {
      result += character;
    }
    text.remove_prefix(character.size());
  }
  return result;
}

std::string without_commands(std::string_view text) {
  std::string result;
  bool is_at_begin = true;  // of a line; readers pass over blanks of any script
  while (!text.empty()) {
    const bool is_marked =
        text.starts_with("##[") || text.starts_with("##vso[") || text.starts_with("##teamcity[");
    if (is_marked || (is_at_begin && text.starts_with("::"))) {
      const std::size_t mark = is_marked ? 2 : 1;
      result.append(text.substr(0, mark)) += ' ';
      text.remove_prefix(mark);
      is_at_begin = false;
      continue;
    }
    const char c = text.front();
    if (c == '\n' || c == '\r')
      is_at_begin = true;
    else if (c > ' ' && c < 0x7F)
      is_at_begin = false;
    result += c;
    text.remove_prefix(1);
  }
  return result;
}

std::string log_line(std::string_view text) {
  return without_commands(printable(text, text.size() * 4 + 4));
}

}  // namespace iter8::base
