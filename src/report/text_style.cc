#include "report/text_style.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

#include "base/text.h"
#include "base/utf8.h"

namespace iter8::report {

namespace {

constexpr std::size_t kLongestText = 1000;  // bytes of one text from outside
constexpr std::size_t kLongestUnit = 8;     // "msec", "samples)", "requests"

std::string_view code_of(Ink ink) {
  switch (ink) {
    case Ink::good:
      return "\x1b[32m";
    case Ink::bad:
      return "\x1b[31m";
    case Ink::open:
      return "\x1b[33m";
    case Ink::strong:
      return "\x1b[1m";
    case Ink::faint:
      return "\x1b[2m";
    case Ink::plain:
      break;
  }
  return {};
}

std::string in_ascii(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kSpellings = {{{"✓", "+"},
                                                                                                {"✗", "x"},
                                                                                                {"★", "*"},
                                                                                                {"≤", "<="},
                                                                                                {"≥", ">="},
                                                                                                {"×", "x"},
                                                                                                {"–", "-"},
                                                                                                {"…", "..."},
                                                                                                {"µ", "u"},
                                                                                                {"·", "-"}}};
  std::string ascii;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    base::next_character(text, at);
    const std::string_view character = text.substr(start, at - start);
    const auto* const spelling = std::find_if(kSpellings.begin(), kSpellings.end(),
                                              [&](const auto& pair) { return pair.first == character; });
    if (character.size() == 1)
      ascii += character;
    else
      ascii += spelling == kSpellings.end() ? "?" : spelling->second;
  }
  return ascii;
}

bool is_digit(char letter) {
  return std::isdigit(static_cast<unsigned char>(letter)) != 0;
}

/// "12.4" and "msec", "<=" and "250": what no line may end between.
bool belong_together(std::string_view word, std::string_view next) {
  if (word == "<=" || word == ">=" || word == "<" || word == ">" || word == "≤" || word == "≥") return true;
  const bool is_unit = next.size() <= kLongestUnit &&
                       (next.starts_with("%") || std::isalpha(static_cast<unsigned char>(next.front())) != 0);
  return is_digit(word.back()) && is_unit;
}

/// Words, with numbers and their units in one.
std::vector<std::string> pieces_of(const std::string& text) {
  std::vector<std::string> pieces;
  std::string last;
  for (std::string& word : base::split(text, ' ')) {
    if (!pieces.empty() && !word.empty() && !last.empty() && belong_together(last, word))
      pieces.back() += " " + word;
    else
      pieces.push_back(word);
    last = std::move(word);
  }
  return pieces;
}

}  // namespace

Ink ink_of(summary::Tone tone) {
  switch (tone) {
    case summary::Tone::good:
      return Ink::good;
    case summary::Tone::bad:
      return Ink::bad;
    case summary::Tone::open:
      break;
  }
  return Ink::open;
}

std::string inked(std::string_view text, Ink ink, const TextStyle& style) {
  if (style.colors == Colors::none || ink == Ink::plain || text.empty()) return std::string(text);
  return std::string(code_of(ink)).append(text).append("\x1b[0m");
}

std::string shown(std::string_view text, const TextStyle& style) {
  const std::string safe = base::printable(text, kLongestText);
  return style.charset == Charset::ascii ? in_ascii(safe) : safe;
}

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), base::begins_character));
}

std::string shortened(const std::string& text, std::size_t columns, const TextStyle& style) {
  const std::size_t width = display_width(text);
  if (width <= columns) return text;
  const std::string gap = style.charset == Charset::ascii ? "~" : "…";
  const std::size_t tail = (columns - 1) / 2;
  const std::size_t head = columns - 1 - tail;
  return text.substr(0, base::offset_of_character(text, head)) + gap +
         text.substr(base::offset_of_character(text, width - tail));
}

std::string wrapped(const std::string& text, std::size_t indent, const TextStyle& style) {
  if (style.columns == TextStyle::kUnlimited) return text + "\n";
  const std::size_t columns = std::max(style.columns, TextStyle::kNarrowest);
  std::size_t used = std::min(text.find_first_not_of(' '), text.size());
  std::string lines(used, ' ');
  bool is_first_of_line = true;
  for (const std::string& piece : pieces_of(text.substr(used))) {
    const std::size_t width = display_width(piece);
    if (!is_first_of_line && used + 1 + width > columns) {
      lines += "\n" + std::string(indent, ' ');
      used = indent;
    } else if (!is_first_of_line) {
      lines += " ";
      ++used;
    }
    lines += piece;
    used += width;
    is_first_of_line = false;
  }
  return lines + "\n";
}

}  // namespace iter8::report
