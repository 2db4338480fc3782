#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

#include "summary/verdict.h"

namespace iter8::report {

enum class Charset { utf8, ascii };
enum class Colors { none, ansi };

/// Which metrics a report lists: all, or without those of the load generator itself (how late it was, what
/// its workers used), which say nothing about the application.
enum class Scope { application, everything };

/// What the place can show that a text for people is written to. The defaults are those of a file.
struct TextStyle {
  static constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t kNarrowest = 40;

  std::size_t columns = kUnlimited;  // characters of a line; what is below kNarrowest counts as that
  Charset charset = Charset::utf8;
  Colors colors = Colors::none;
  Scope scope = Scope::application;
};

/// How a piece of text is taken. Never the only carrier of a meaning: without colours the same is said by
/// signs and words.
enum class Ink { plain, good, bad, open, strong, faint };

Ink ink_of(summary::Tone tone);

/// The text in its colour; unchanged without colours.
std::string inked(std::string_view text, Ink ink, const TextStyle& style);

/// Text from outside, safe for a terminal (see base::printable) and in the characters of the style: in ASCII,
/// our own signs have a spelling ("<=" for "≤"), and any other character is a question mark.
std::string shown(std::string_view text, const TextStyle& style);

/// The columns that a text takes on a terminal, near enough: its characters. Colours must not be in it yet.
std::size_t display_width(std::string_view text);

/// At most `columns` (>= 3) characters: what is longer loses its middle, because names of metrics and
/// versions differ at their ends.
std::string shortened(const std::string& text, std::size_t columns, const TextStyle& style);

/// A sentence in lines of the style's width, broken between words and never between a number and its unit.
/// The first line stands as it is, the others are indented by `indent` spaces. Ends in a line break.
std::string wrapped(const std::string& text, std::size_t indent, const TextStyle& style);

}  // namespace iter8::report
