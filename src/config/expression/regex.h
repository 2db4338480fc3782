#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace iter8::config {

/// A regular expression of the RE2 and Go syntax: characters, classes, \d \w \s \b, anchors, groups,
/// alternation, greedy and lazy repetition, and the flags (?ims). No look-around and no back-references, so
/// that matching takes time linear in the text (Pike's simulation of the automaton: Russ Cox, "Regular
/// Expression Matching: the Virtual Machine Approach"). Leftmost-first, on UTF-8 characters. Immutable and
/// thread-safe.
class Pattern {
 public:
  /// Nothing, and `problem` says why, when the text is no pattern or is too large.
  static std::optional<Pattern> compile(std::string_view text, std::string& problem);

  /// Throws base::Error when text and pattern together are too large to be searched in reasonable time.
  bool found_in(std::string_view text) const;

  /// Every match replaced, left to right; $1, ${1} and ${name} in the replacement are groups, $$ is a dollar.
  /// Throws base::Error as above, on an unknown group, and when the result is longer than `limit` bytes.
  std::string replaced(std::string_view text, std::string_view replacement, std::size_t limit) const;

  /// Instructions: what matching one character costs at most.
  std::size_t size() const { return program_.size(); }

  /// What the automaton does at one place. `next` and `other` are relative to the instruction's own place.
  struct Instruction {
    enum class Kind {
      characters,
      split,
      jump,
      save,
      text_begin,
      text_end,
      line_begin,
      line_end,
      word_edge,
      no_word_edge,
      match
    };
    Kind kind = Kind::match;
    std::ptrdiff_t next = 1;
    std::ptrdiff_t other = 0;                           // of a split: the less preferred way
    std::size_t slot = 0;                               // of a save: where the offset goes
    std::vector<std::pair<char32_t, char32_t>> ranges;  // of characters, both ends included
    bool negated = false;
    bool any_case = false;
  };

 private:
  std::vector<Instruction> program_;
  std::vector<std::string> groups_;  // [0] is the whole match; unnamed groups have an empty name

  friend class PatternSearch;
};

}  // namespace iter8::config
