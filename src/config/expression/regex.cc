#include "config/expression/regex.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/error.h"
#include "base/utf8.h"
#include "config/expression/pattern_compiler.h"

namespace iter8::config {
namespace {

using Kind = Pattern::Instruction::Kind;

/// Instructions visited in one call: about half a second.
constexpr std::size_t kWorkLimit = 50'000'000;
constexpr std::size_t kNowhere = std::numeric_limits<std::size_t>::max();

char32_t other_case(char32_t c) {
  if (c >= 'a' && c <= 'z') return c - 'a' + 'A';
  if (c >= 'A' && c <= 'Z') return c - 'A' + 'a';
  return c;
}

bool in_ranges(const Pattern::Instruction& instruction, char32_t c) {
  return std::any_of(instruction.ranges.begin(), instruction.ranges.end(),
                     [c](const auto& range) { return c >= range.first && c <= range.second; });
}

bool accepts(const Pattern::Instruction& instruction, char32_t c) {
  const bool inside =
      in_ranges(instruction, c) || (instruction.any_case && in_ranges(instruction, other_case(c)));
  return inside != instruction.negated;
}

bool is_word(std::string_view text, std::size_t at) {
  if (at >= text.size()) return false;
  const char c = text[at];
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

}  // namespace

/// Searches one text with one pattern: all threads of the automaton advance together, a character at a time,
/// in the order of preference.
class PatternSearch {
 public:
  using Offsets = std::vector<std::size_t>;

  PatternSearch(const Pattern& pattern, std::string_view text, bool keep_groups)
      : pattern_(pattern), text_(text), slots_(keep_groups ? 2 * pattern.groups_.size() : 2) {}

  /// The offsets of the leftmost match at or after `begin`; empty when there is none.
  Offsets find(std::size_t begin) {
    std::vector<Thread> threads;
    Offsets match;
    std::size_t at = begin;
    while (at <= text_.size()) {
      seen_.assign(pattern_.program_.size(), false);
      std::vector<Thread> here;
      for (Thread& thread : threads) follow(here, thread.place, std::move(thread.offsets), at);
      if (match.empty()) follow(here, 0, Offsets(slots_, kNowhere), at);
      if (here.empty() && !match.empty()) break;
      threads = step(here, match, at);
      if (threads.empty() && !match.empty()) break;
    }
    return match;
  }

 private:
  struct Thread {
    std::size_t place = 0;
    Offsets offsets;
  };

  /// Adds what can be reached from `place` without taking a character.
  void follow(std::vector<Thread>& threads, std::size_t place, Offsets offsets, std::size_t at) {
    if (seen_[place]) return;
    seen_[place] = true;
    if (++work_ > kWorkLimit) throw base::Error("the text is too long for this pattern");
    const Pattern::Instruction& instruction = pattern_.program_[place];
    const auto target = [place](std::ptrdiff_t step) { return place + static_cast<std::size_t>(step); };
    switch (instruction.kind) {
      case Kind::characters:
      case Kind::match:
        threads.push_back({place, std::move(offsets)});
        return;
      case Kind::split:
        follow(threads, target(instruction.next), offsets, at);
        follow(threads, target(instruction.other), std::move(offsets), at);
        return;
      case Kind::save:
        if (instruction.slot < slots_) offsets[instruction.slot] = at;
        break;
      case Kind::jump:
        break;
      default:
        if (!holds(instruction.kind, at)) return;
    }
    follow(threads, target(instruction.next), std::move(offsets), at);
  }

  bool holds(Kind kind, std::size_t at) const {
    switch (kind) {
      case Kind::text_begin:
        return at == 0;
      case Kind::text_end:
        return at == text_.size();
      case Kind::line_begin:
        return at == 0 || text_[at - 1] == '\n';
      case Kind::line_end:
        return at == text_.size() || text_[at] == '\n';
      default:
        return (is_word(text_, at) != (at > 0 && is_word(text_, at - 1))) == (kind == Kind::word_edge);
    }
  }

  /// Lets every thread take the character at `at`, which moves behind it. A thread that matches ends the less
  /// preferred ones after it.
  std::vector<Thread> step(std::vector<Thread>& threads, Offsets& match, std::size_t& at) {
    const bool at_end = at >= text_.size();
    const char32_t character = at_end ? 0 : next_character(text_, at);
    if (at_end) ++at;
    std::vector<Thread> next;
    for (Thread& thread : threads) {
      const Pattern::Instruction& instruction = pattern_.program_[thread.place];
      if (instruction.kind == Kind::match) {
        match = std::move(thread.offsets);
        break;
      }
      if (!at_end && accepts(instruction, character))
        next.push_back({thread.place + 1, std::move(thread.offsets)});
    }
    return next;
  }

  const Pattern& pattern_;
  std::string_view text_;
  std::size_t slots_;
  std::vector<bool> seen_;
  std::size_t work_ = 0;
};

namespace {

/// The text of the group that the `$` at the front of `rest` names; `rest` moves behind the name.
std::string_view take_group(std::string_view& rest, const std::vector<std::string>& groups,
                            const PatternSearch::Offsets& match, std::string_view text) {
  const bool braced = rest.substr(1).starts_with('{');
  rest.remove_prefix(braced ? 2 : 1);
  std::size_t length = 0;
  while (is_word(rest, length)) ++length;
  const std::string_view name = rest.substr(0, length);
  rest.remove_prefix(std::min(rest.size(), length + (braced ? 1 : 0)));

  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (name != std::to_string(i) && (groups[i].empty() || name != groups[i])) continue;
    const std::size_t begin = match[2 * i];
    const std::size_t end = match[2 * i + 1];
    return begin == kNowhere || end == kNowhere ? std::string_view() : text.substr(begin, end - begin);
  }
  throw base::Error(
      fmt::format("the pattern has no group '{}'; write ${{1}} for the first and $$ for a dollar", name));
}

void append_replacement(std::string& result, std::string_view replacement,
                        const std::vector<std::string>& groups, const PatternSearch::Offsets& match,
                        std::string_view text, std::size_t limit) {
  while (!replacement.empty() && result.size() <= limit) {
    const bool is_dollar = replacement.starts_with("$$");
    if (replacement.starts_with('$') && !is_dollar) {
      result += take_group(replacement, groups, match, text);
    } else {
      result += replacement.front();
      replacement.remove_prefix(is_dollar ? 2 : 1);
    }
  }
}

}  // namespace

std::optional<Pattern> Pattern::compile(std::string_view text, std::string& problem) {
  PatternCompiler compiler(text);
  try {
    Pattern pattern;
    pattern.program_ = compiler.compile();
    pattern.groups_ = compiler.groups();
    return pattern;
  } catch (const base::Error& error) {
    problem = error.what();
    return std::nullopt;
  }
}

bool Pattern::found_in(std::string_view text) const {
  return !PatternSearch(*this, text, false).find(0).empty();
}

std::string Pattern::replaced(std::string_view text, std::string_view replacement, std::size_t limit) const {
  PatternSearch search(*this, text, true);
  std::string result;
  std::size_t copied = 0;  // what stands before is in the result
  std::size_t at = 0;      // where the next search begins
  std::size_t last_end = kNowhere;
  while (at <= text.size()) {
    const auto match = search.find(at);
    if (match.empty()) break;
    const bool is_empty = match[0] == match[1];
    // As in Go, an empty match right behind the one before does not count.
    if (!is_empty || match[0] != last_end) {
      result += text.substr(copied, match[0] - copied);
      append_replacement(result, replacement, groups_, match, text, limit);
      copied = match[1];
      if (result.size() > limit) break;
    }
    at = last_end = match[1];
    if (is_empty && at < text.size()) {
      next_character(text, at);
    } else if (is_empty) {
      break;
    }
  }
  result += text.substr(copied);
  if (result.size() > limit) throw base::Error(fmt::format("the result is longer than {} bytes", limit));
  return result;
}

}  // namespace iter8::config
