#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/yaml/node.h"
#include "config/yaml/outside_text.h"

namespace iter8::config {

/// strict: an unknown key is an error. lenient: it is a warning, and keys in another case are accepted with
/// one.
enum class Strictness { strict, lenient };

struct Problem {
  enum class Severity { error, warning };
  Severity severity = Severity::error;
  Position position;
  std::string message;
  std::string key = {};  // where in the document, as key_path() says it; empty = unknown, or all of it
};

/// Everything that is wrong with one file, collected so that all of it is reported together. Not thread-safe.
class Problems {
 public:
  explicit Problems(std::string file, Strictness strictness = Strictness::strict)
      : file_(std::move(file)), strictness_(strictness) {}

  void error(Position position, std::string message);
  void warning(Position position, std::string message);
  /// An error when strict, a warning when lenient.
  void objection(Position position, std::string message);

  bool has_errors() const { return has_errors_since(0); }
  /// Whether one of all()[first] and later is an error.
  bool has_errors_since(std::size_t first) const;
  const std::vector<Problem>& all() const { return all_; }
  /// Whether there are as many as to_text() shows: what takes time to say of a further one can be left out.
  bool is_full() const;
  const std::string& file() const { return file_; }
  Strictness strictness() const { return strictness_; }

  /// The key whose value is being read, which messages about the value begin with; empty = none.
  const std::string& key() const { return key_; }
  /// Names the key while it lives.
  class ReadingKey {
   public:
    ReadingKey(Problems& problems, std::string key)
        : problems_(problems), outer_(std::exchange(problems.key_, std::move(key))) {}
    ~ReadingKey() { problems_.key_ = std::move(outer_); }
    ReadingKey(const ReadingKey&) = delete;
    ReadingKey& operator=(const ReadingKey&) = delete;

   private:
    Problems& problems_;
    std::string outer_;
  };

  /// A text that comes from outside of the file, by what stands for it there: in_order() and to_text() show
  /// "${NAME}" wherever a message quotes the text, or a part of it that begins one of its lines.
  void add_outside(std::string_view text, const std::string& reference);
  /// Those that another list knows.
  void add_outside_of(const Problems& other);

  /// Names the key of every problem so far, by its position in the document that they are about.
  void name_keys(const Node& document);

  /// As they are shown: in the order of the file, at most `limit`, each text masked by the caller.
  std::vector<Problem> in_order(std::size_t limit) const;

  /// "FILE:LINE:COL: error: message" lines in the order of the file, each text masked by the caller.
  std::string to_text() const;

 private:
  std::string file_;
  Strictness strictness_;
  std::vector<Problem> all_;
  OutsideTexts outside_;
  std::string key_;
};

}  // namespace iter8::config
