#include "config/expression/regex.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <re2/re2.h>

#include "base/error.h"
#include "base/text.h"
#include "base/utf8.h"

namespace iter8::config {
namespace {

using re2::RE2;
using re2::StringPiece;

constexpr std::size_t kPatternLimit = 1000;
/// What one compiled pattern and the automaton that grows while it searches may need. Beyond it the pattern
/// is refused; an automaton that reaches it starts anew.
constexpr std::int64_t kMemoryLimit = 4 * 1024 * 1024;

StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

RE2::Options regex_options() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMemoryLimit);
  return options;
}

/// RE2 names the part that it refuses, but not where it stands: the first place of that part at which the
/// pattern up to there is refused for the same reason. For a parenthesis without its partner the part is the
/// whole pattern; then what is refused begins behind the longest start that is a pattern of its own.
std::size_t fault_offset(std::string_view pattern, const RE2& refused) {
  const std::string& part = refused.error_arg();
  if (!part.empty() && part.size() < pattern.size()) {
    for (auto at = pattern.find(part); at != std::string_view::npos; at = pattern.find(part, at + 1)) {
      const RE2 start(piece(pattern.substr(0, at + part.size())), regex_options());
      if (start.error_code() == refused.error_code()) return at;
    }
  }
  std::size_t length = pattern.size();
  while (length > 0 && !RE2(piece(pattern.substr(0, length)), regex_options()).ok()) --length;
  return length;
}

std::string fault_text(const RE2& refused) {
  const std::string part = base::printable(refused.error_arg(), 80);
  switch (refused.error_code()) {
    case RE2::ErrorMissingParen:
      return "'(' without its ')'";
    case RE2::ErrorUnexpectedParen:
      return "')' without its '('";
    case RE2::ErrorMissingBracket:
      return "'[' without its ']'";
    case RE2::ErrorBadCharRange:
      return fmt::format("'{}' is not a range or class of characters", part);
    case RE2::ErrorRepeatArgument:
      return fmt::format("nothing stands before the repetition '{}'", part);
    case RE2::ErrorRepeatOp:
      return fmt::format("'{}' repeats a repetition; use a group", part);
    case RE2::ErrorRepeatSize:
      return fmt::format("'{}' is not a repetition: at most 1000 in all, and the smaller number first", part);
    case RE2::ErrorBadEscape:
      return fmt::format("'{}' is not supported", part);
    case RE2::ErrorTrailingBackslash:
      return "nothing follows the '\\'";
    case RE2::ErrorBadPerlOp:
    case RE2::ErrorBadNamedCapture:
      return fmt::format("'{}' is not supported: only (?:…), (?P<name>…) and the flags (?imsU) are", part);
    case RE2::ErrorBadUTF8:
      return "expected UTF-8";
    default:
      return refused.error();
  }
}

bool is_group_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

using Groups = std::vector<StringPiece>;  // [0] is the whole match

/// A number is one, whatever a group is named.
std::optional<std::size_t> group_number(std::string_view name, const RE2& regex, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    if (name == std::to_string(i)) return i;
  const auto& named = regex.NamedCapturingGroups();
  const auto found = named.find(std::string(name));
  return found == named.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found->second));
}

/// The text of the group that the `$` at the front of `rest` names; `rest` moves behind the name.
std::string_view take_group(std::string_view& rest, const RE2& regex, const Groups& groups) {
  const bool braced = rest.substr(1).starts_with('{');
  rest.remove_prefix(braced ? 2 : 1);
  const auto end = std::find_if_not(rest.begin(), rest.end(), is_group_character);
  const std::string_view name = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
  rest.remove_prefix(std::min(rest.size(), name.size() + (braced ? 1 : 0)));

  const auto number = group_number(name, regex, groups.size());
  if (!number)
    throw base::Error(
        fmt::format("the pattern has no group '{}'; write ${{1}} for the first and $$ for a dollar", name));
  return {groups[*number].data(), groups[*number].size()};
}

void append_replacement(std::string& result, std::string_view replacement, const RE2& regex,
                        const Groups& groups, std::size_t limit) {
  while (!replacement.empty() && result.size() <= limit) {
    const bool is_dollar = replacement.starts_with("$$");
    if (replacement.starts_with('$') && !is_dollar) {
      result += take_group(replacement, regex, groups);
    } else {
      result += replacement.front();
      replacement.remove_prefix(is_dollar ? 2 : 1);
    }
  }
}

}  // namespace

std::optional<Regex> Regex::compile(std::string_view pattern, std::string& problem) {
  if (pattern.size() > kPatternLimit) {
    problem = fmt::format("longer than {} bytes", kPatternLimit);
    return std::nullopt;
  }
  auto compiled = std::make_unique<const RE2>(piece(pattern), regex_options());
  if (compiled->ok()) return Regex(std::move(compiled));
  problem = compiled->error_code() == RE2::ErrorPatternTooLarge
                ? "the pattern's repetitions make it too large"
                : fmt::format("{} (character {} of the pattern)", fault_text(*compiled),
                              base::character_count(pattern.substr(0, fault_offset(pattern, *compiled))) + 1);
  return std::nullopt;
}

Regex::Regex(std::unique_ptr<const re2::RE2> compiled) : compiled_(std::move(compiled)) {}
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;
Regex::~Regex() = default;

bool Regex::occurs_in(std::string_view text) const {
  return RE2::PartialMatch(piece(text), *compiled_);
}

std::string Regex::replace_all(std::string_view text, std::string_view replacement, std::size_t limit) const {
  Groups groups(static_cast<std::size_t>(compiled_->NumberOfCapturingGroups()) + 1);
  std::string result;
  std::size_t copied = 0;  // what stands before is in the result
  std::size_t at = 0;      // where the next search begins
  std::optional<std::size_t> last_end;
  while (at <= text.size() && compiled_->Match(piece(text), at, text.size(), RE2::UNANCHORED, groups.data(),
                                               static_cast<int>(groups.size()))) {
    const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
    const std::size_t end = begin + groups[0].size();
    // As in Go, an empty match right behind the one before does not count.
    if (begin != end || begin != last_end) {
      result += text.substr(copied, begin - copied);
      append_replacement(result, replacement, *compiled_, groups, limit);
      copied = end;
      if (result.size() > limit) break;
    }
    at = end;
    last_end = end;
    if (begin != end) continue;
    if (at == text.size()) break;
    base::next_character(text, at);
  }
  result += text.substr(copied);
  if (result.size() > limit) throw base::Error(fmt::format("the result is longer than {} bytes", limit));
  return result;
}

std::size_t Regex::size() const {
  return static_cast<std::size_t>(compiled_->ProgramSize());
}

}  // namespace iter8::config
