#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace iter8::base {

std::string_view trim(std::string_view text);
std::string lower(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);
std::string replace_all(std::string text, std::string_view from, std::string_view to);

/// "1 argument", "2 arguments": a number with what it counts, whose plural ends in s.
std::string count_text(std::size_t count, std::string_view noun);

/// The candidate with the smallest edit distance to `word` (letters' case counts half a step), or nothing
/// when none is near enough to be what was meant.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

/// "; did you mean 'x'?" for the nearest candidate, or an empty text: the tail of an error message.
std::string suggestion(std::string_view word, std::span<const std::string> candidates);

/// What stands for the rest of a text that was cut. Secrets::mask() looks in front of it for the beginning of
/// a secret, so whoever cuts a text from outside writes this behind it.
inline constexpr std::string_view kCutMark = "…";

/// Text from outside made safe for a terminal or CI log: control characters (and a final cut text) become
/// visible, invalid UTF-8 becomes U+FFFD, and more than `limit` bytes become kCutMark.
std::string printable(std::string_view text, std::size_t limit = 200);

/// A text of one or more lines without what CI systems take for a command of theirs wherever a job prints it:
/// "::" at the beginning of a line, and "##[", "##vso[" and "##teamcity[" anywhere, get a space in between.
std::string without_commands(std::string_view text);

/// All of a text from outside as one line of a log: printable(), and without commands.
std::string log_line(std::string_view text);

}  // namespace iter8::base
