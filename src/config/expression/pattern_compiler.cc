#include "config/expression/pattern_compiler.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/error.h"
#include "base/utf8.h"

namespace iter8::config {
namespace {

using Kind = Pattern::Instruction::Kind;

constexpr std::size_t kTextLimit = 1000;
constexpr std::size_t kProgramLimit = 2000;
constexpr std::size_t kDepthLimit = 50;
constexpr std::size_t kCountLimit = 1000;
constexpr std::size_t kGroupLimit = 20;
constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();
constexpr char32_t kLastCharacter = 0x10FFFF;

std::ptrdiff_t signed_size(const PatternCompiler::Program& program) {
  return static_cast<std::ptrdiff_t>(program.size());
}

Pattern::Instruction split(std::ptrdiff_t preferred, std::ptrdiff_t other, bool lazy) {
  return {
      .kind = Kind::split, .next = lazy ? other : preferred, .other = lazy ? preferred : other, .ranges = {}};
}

Pattern::Instruction simple(Kind kind, std::size_t slot = 0) {
  return {.kind = kind, .slot = slot, .ranges = {}};
}

bool is_ascii_letter(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::vector<std::pair<char32_t, char32_t>> inverted(std::vector<std::pair<char32_t, char32_t>> ranges) {
  std::sort(ranges.begin(), ranges.end());
  std::vector<std::pair<char32_t, char32_t>> result;
  char32_t next = 0;
  for (const auto& [first, last] : ranges) {
    if (first > next) result.emplace_back(next, first - 1);
    next = std::max(next, static_cast<char32_t>(last + 1));
  }
  result.emplace_back(next, kLastCharacter);
  return result;
}

}  // namespace

PatternCompiler::Program PatternCompiler::compile() {
  if (text_.size() > kTextLimit) fail(fmt::format("longer than {} bytes", kTextLimit));
  Program program = {simple(Kind::save, 0)};
  append(program, alternatives());
  if (!at_end()) fail("')' without its '('");
  program.push_back(simple(Kind::save, 1));
  program.push_back(simple(Kind::match));
  return program;
}

PatternCompiler::Program PatternCompiler::alternatives() {
  if (++depth_ > kDepthLimit) fail("nested too deeply");
  const Flags flags = flags_;
  std::vector<Program> ways = {sequence()};
  while (accept('|')) ways.push_back(sequence());

  Program program = std::move(ways.back());
  for (auto way = ways.rbegin() + 1; way != ways.rend(); ++way) {
    Program joined = {split(1, signed_size(*way) + 2, false)};
    append(joined, *way);
    joined.push_back({.kind = Kind::jump, .next = signed_size(program) + 1, .ranges = {}});
    append(joined, program);
    program = std::move(joined);
  }
  flags_ = flags;
  --depth_;
  return program;
}

PatternCompiler::Program PatternCompiler::sequence() {
  Program program;
  while (!at_end() && peek() != '|' && peek() != ')') append(program, repeated(item()));
  return program;
}

PatternCompiler::Program PatternCompiler::repeated(Program part) {
  std::size_t least = 0;
  std::size_t most = kUnlimited;
  if (accept('*')) {
  } else if (accept('+')) {
    least = 1;
  } else if (accept('?')) {
    most = 1;
  } else if (const auto range = counts()) {
    std::tie(least, most) = *range;
  } else {
    return part;
  }
  const bool lazy = accept('?');
  if (peek() == '*' || peek() == '+' || peek() == '?') fail("a repetition of a repetition; use a group");

  Program program;
  for (std::size_t i = 0; i < least; ++i) append(program, part);
  if (most == kUnlimited) {
    append(program, loop(std::move(part), lazy));
    return program;
  }
  // x{0,3} is (x(x(x)?)?)?, so that one way out skips all that is left.
  Program options;
  for (std::size_t i = least; i < most; ++i) {
    Program longer = part;
    append(longer, options);
    options = option(std::move(longer), lazy);
  }
  append(program, options);
  return program;
}

PatternCompiler::Program PatternCompiler::item() {
  if (accept('(')) return group();
  if (accept('[')) return set();
  if (accept('\\')) return escape();
  if (accept('^')) return {simple(flags_.lines ? Kind::line_begin : Kind::text_begin)};
  if (accept('$')) return {simple(flags_.lines ? Kind::line_end : Kind::text_end)};
  if (accept('.')) return characters(flags_.dot_takes_newline ? Ranges() : Ranges{{U'\n', U'\n'}}, true);
  if (peek() == '*' || peek() == '+' || peek() == '?') fail("nothing stands before the repetition");
  const char32_t character = take();
  return characters({{character, character}}, false);
}

PatternCompiler::Program PatternCompiler::group() {
  std::optional<std::size_t> slot;
  const Flags outside = flags_;
  if (accept('?')) {
    if (accept('P') || peek() == '<') {
      slot = groups_.size();
      groups_.push_back(group_name());
    } else if (read_flags()) {
      return {};  // (?i) holds for the rest of the group it stands in
    }
  } else {
    slot = groups_.size();
    groups_.emplace_back();
  }
  if (groups_.size() > kGroupLimit) fail(fmt::format("more than {} groups", kGroupLimit - 1));

  Program inner = alternatives();
  if (!accept(')')) fail("'(' without its ')'");
  flags_ = outside;
  if (!slot) return inner;
  Program program = {simple(Kind::save, 2 * *slot)};
  append(program, inner);
  program.push_back(simple(Kind::save, 2 * *slot + 1));
  return program;
}

/// The flags behind "(?"; true when the group ends with them.
bool PatternCompiler::read_flags() {
  for (;;) {
    if (accept(')')) return true;
    if (accept(':')) return false;
    if (accept('i')) {
      flags_.any_case = true;
    } else if (accept('s')) {
      flags_.dot_takes_newline = true;
    } else if (accept('m')) {
      flags_.lines = true;
    } else {
      fail("only (?:…), (?P<name>…) and the flags (?ims) may follow '(?'");
    }
  }
}

std::string PatternCompiler::group_name() {
  const std::size_t end = text_.find('>', at_);
  if (!accept('<') || end == std::string_view::npos || end == at_) fail("expected (?P<name>…)");
  std::string name(text_.substr(at_, end - at_));
  at_ = end + 1;
  return name;
}

PatternCompiler::Program PatternCompiler::escape() {
  if (accept('b')) return {simple(Kind::word_edge)};
  if (accept('B')) return {simple(Kind::no_word_edge)};
  if (accept('A')) return {simple(Kind::text_begin)};
  if (accept('z')) return {simple(Kind::text_end)};
  if (const Ranges ranges = class_named(static_cast<unsigned char>(peek())); !ranges.empty()) {
    take();
    return characters(ranges, false);
  }
  const char32_t character = escaped_character();
  return characters({{character, character}}, false);
}

PatternCompiler::Program PatternCompiler::set() {
  const bool negated = accept('^');
  Ranges ranges;
  bool first = true;
  while (first || peek() != ']') {
    if (at_end()) fail("'[' without its ']'");
    first = false;
    const bool escaped = accept('\\');
    if (escaped) {
      const Ranges named = class_named(static_cast<unsigned char>(peek()));
      ranges.insert(ranges.end(), named.begin(), named.end());
      if (!named.empty()) {
        take();
        continue;
      }
    }
    if (text_.substr(at_).starts_with("[:"))
      fail("classes such as [:alpha:] are not supported; write [A-Za-z]");
    const char32_t low = escaped ? escaped_character() : take();
    char32_t high = low;
    if (peek() == '-' && at_ + 1 < text_.size() && text_[at_ + 1] != ']') {
      take();
      high = accept('\\') ? escaped_character() : take();
    }
    if (high < low) fail("a range that ends before it begins");
    ranges.emplace_back(low, high);
  }
  take();
  return characters(std::move(ranges), negated);
}

PatternCompiler::Program PatternCompiler::characters(Ranges ranges, bool negated) const {
  return {{.kind = Kind::characters,
           .ranges = std::move(ranges),
           .negated = negated,
           .any_case = flags_.any_case}};
}

/// The characters that \d, \w, \s and their opposites stand for; none for another letter.
PatternCompiler::Ranges PatternCompiler::class_named(char32_t letter) const {
  static const Ranges digit = {{U'0', U'9'}};
  static const Ranges word = {{U'0', U'9'}, {U'A', U'Z'}, {U'_', U'_'}, {U'a', U'z'}};
  static const Ranges space = {{U'\t', U'\n'}, {U'\f', U'\r'}, {U' ', U' '}};
  switch (letter) {
    case 'd':
      return digit;
    case 'D':
      return inverted(digit);
    case 'w':
      return word;
    case 'W':
      return inverted(word);
    case 's':
      return space;
    case 'S':
      return inverted(space);
    default:
      return {};
  }
}

char32_t PatternCompiler::escaped_character() {
  if (at_end()) fail("nothing follows the '\\'");
  const char32_t character = take();
  switch (character) {
    case 'n':
      return U'\n';
    case 't':
      return U'\t';
    case 'r':
      return U'\r';
    case 'f':
      return U'\f';
    case 'v':
      return U'\v';
    case 'x':
      return hexadecimal();
    default:
      break;
  }
  if (is_ascii_letter(character) || (character >= '0' && character <= '9')) {
    --at_;
    fail(fmt::format("'\\{}' is not supported", static_cast<char>(character)));
  }
  return character;
}

char32_t PatternCompiler::hexadecimal() {
  const bool braced = accept('{');
  const std::size_t most = braced ? 6 : 2;
  char32_t value = 0;
  std::size_t count = 0;
  while (count < most && !at_end()) {
    const char c = peek();
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) break;
    value = value * 16 + static_cast<char32_t>(digit);
    ++at_;
    ++count;
  }
  if (count == 0 || (!braced && count != 2) || (braced && !accept('}')) || value > kLastCharacter)
    fail("expected \\x followed by two hexadecimal digits, or \\x{10FFFF}");
  return value;
}

/// {3}, {3,} or {3,5}; nothing when the brace is an ordinary character.
std::optional<std::pair<std::size_t, std::size_t>> PatternCompiler::counts() {
  const std::size_t begin = at_;
  if (!accept('{')) return std::nullopt;
  const auto least = digits();
  auto most = least;
  if (least && accept(',')) most = peek() == '}' ? kUnlimited : digits();
  if (!least || !most || !accept('}')) {
    at_ = begin;
    return std::nullopt;
  }
  if (*least > kCountLimit || (*most != kUnlimited && *most > kCountLimit))
    fail(fmt::format("a repetition of more than {}", kCountLimit));
  if (*most < *least) fail("a repetition that ends before it begins");
  return std::pair(*least, *most);
}

std::optional<std::size_t> PatternCompiler::digits() {
  std::optional<std::size_t> value;
  while (peek() >= '0' && peek() <= '9') {
    value = std::min(value.value_or(0) * 10 + static_cast<std::size_t>(peek() - '0'), kCountLimit + 1);
    ++at_;
  }
  return value;
}

char32_t PatternCompiler::take() {
  if (at_end()) fail("the pattern ends too early");
  return next_character(text_, at_);
}

bool PatternCompiler::accept(char c) {
  if (at_end() || text_[at_] != c) return false;
  ++at_;
  return true;
}

void PatternCompiler::append(Program& program, const Program& part) {
  if (program.size() + part.size() > kProgramLimit)
    throw base::Error("the pattern's repetitions make it too large");
  program.insert(program.end(), part.begin(), part.end());
}

PatternCompiler::Program PatternCompiler::option(Program part, bool lazy) {
  Program program = {split(1, signed_size(part) + 1, lazy)};
  append(program, part);
  return program;
}

PatternCompiler::Program PatternCompiler::loop(Program part, bool lazy) {
  Program program = option(std::move(part), lazy);
  const std::ptrdiff_t back = -signed_size(program);
  // The way out of the option must also pass the jump.
  (lazy ? program.front().next : program.front().other) += 1;
  program.push_back({.kind = Kind::jump, .next = back, .ranges = {}});
  return program;
}

void PatternCompiler::fail(std::string_view what) const {
  throw base::Error(fmt::format("{} (character {} of the pattern)", what, at_ + 1));
}

}  // namespace iter8::config
