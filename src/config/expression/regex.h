#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace iter8::config {

/// A regular expression in the syntax of RE2, which is that of Go: \d, [[:alpha:]], \pL, \Q…\E, named groups
/// as (?P<name>…), flags as (?ims), greedy and lazy repetition. No look-around and no back-references, so
/// that a search takes time linear in the text. Of several matches the leftmost counts, of several
/// alternatives the first. Texts are UTF-8. Immutable and thread-safe; moved, never copied.
class Regex {
 public:
  /// Nothing, and `problem` says what and where, when the pattern is not valid, longer than 1000 bytes, or so
  /// large with its repetitions multiplied out that it needs more than 4 MiB.
  static std::optional<Regex> compile(std::string_view pattern, std::string& problem);

  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;
  ~Regex();

  /// Whether the pattern matches somewhere in the text.
  bool occurs_in(std::string_view text) const;

  /// The text with every match replaced, from left to right; $1, ${1} and ${name} in the replacement are
  /// groups, $$ is a dollar. Throws base::Error on an unknown group, and when the result is longer than
  /// `limit` bytes.
  std::string replace_all(std::string_view text, std::string_view replacement, std::size_t limit) const;

  /// Instructions of the compiled pattern: a measure of the time that compiling took.
  std::size_t size() const;

 private:
  explicit Regex(std::unique_ptr<const re2::RE2> compiled);

  std::unique_ptr<const re2::RE2> compiled_;
};

}  // namespace iter8::config
