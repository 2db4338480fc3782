#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/expression/regex.h"

namespace iter8::config {

/// Reads a pattern's text and writes the automaton's program. One object compiles one pattern.
class PatternCompiler {
 public:
  using Program = std::vector<Pattern::Instruction>;

  explicit PatternCompiler(std::string_view text) : text_(text) {}

  /// The program, with save instructions around the whole; throws base::Error when the text is no pattern.
  Program compile();
  const std::vector<std::string>& groups() const { return groups_; }

 private:
  using Ranges = std::vector<std::pair<char32_t, char32_t>>;
  struct Flags {
    bool any_case = false;
    bool dot_takes_newline = false;
    bool lines = false;
  };

  Program alternatives();
  Program sequence();
  Program repeated(Program part);
  Program item();
  Program group();
  Program escape();
  Program set();
  Program characters(Ranges ranges, bool negated) const;
  bool read_flags();
  std::string group_name();
  Ranges class_named(char32_t letter) const;
  char32_t escaped_character();
  char32_t hexadecimal();
  std::optional<std::pair<std::size_t, std::size_t>> counts();
  std::optional<std::size_t> digits();

  char32_t take();
  bool accept(char c);
  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  static void append(Program& program, const Program& part);
  static Program option(Program part, bool lazy);
  static Program loop(Program part, bool lazy);
  [[noreturn]] void fail(std::string_view what) const;

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  Flags flags_;
  std::vector<std::string> groups_ = {""};
};

}  // namespace iter8::config
