#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace iter8::load {

/// A value inside a JSON text. Borrows from the text.
struct JsonValue {
  enum class Kind { absent, null, boolean, number, string, object, array };

  Kind kind = Kind::absent;
  std::string_view bytes;  // as it stands in the text, a string with its quotes; empty when absent

  /// Appends a string without its quotes and escapes, everything else as it stands: to be compared or shown.
  void append_text(std::string& out) const;
  std::string text() const;
  /// The value of a number, or of a string that is one; nullopt for everything else.
  std::optional<double> number() const;
  /// Neither absent, null nor an empty string.
  bool has_content() const;
};

/// A path of keys and indices into JSON texts, `.choices[0].delta.content`, compiled once; immutable.
/// A key that is not a plain word stands in brackets: `.["a key"]`. `.` alone is the whole text.
///
/// find() reads the text once, from left to right: without allocation unless a key on the way is written with
/// escapes, and with a stack that is bounded. It is made for messages that come by the thousand, for which jq
/// costs too much.
class JsonPath {
 public:
  /// nullopt, and the reason in `problem`, when the text is not such a path.
  static std::optional<JsonPath> parse(std::string_view text, std::string& problem);

  const std::string& text() const { return text_; }

  /// The value at the path; absent when a key or an index on the way is missing, or what should hold it is
  /// neither object nor array. Of keys that are given twice the last one counts. nullopt when the text is not
  /// JSON (RFC 8259; whether strings are UTF-8 is not looked at) or is nested deeper than base::kDeepestJson.
  std::optional<JsonValue> find(std::string_view json) const;

 private:
  struct Step {
    std::string key;                   // unless there is an index
    std::optional<std::size_t> index;  // of an array
  };
  class Scanner;

  static bool parse_bracket(std::string_view& rest, Step& step);

  std::string text_;
  std::vector<Step> steps_;
};

}  // namespace iter8::load
