#include "web/jq_rules.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/utf8.h"

namespace iter8::web {

namespace {

constexpr std::string_view kFiles = "reads other files, and there are none: write out what it would bring";
constexpr std::string_view kDocuments = "asks for more documents: there is one answer, and it is '.'";
constexpr std::string_view kEnvironment =
    "reads the environment, which is empty here: write ${NAME}, which is replaced when the file is read";
constexpr std::string_view kTerminal = "writes to a terminal, and there is none: leave it out";
constexpr std::string_view kEnd = "ends the whole program: use 'empty' or 'error'";

struct RefusedName {
  std::string_view name;
  std::string_view reason;
};

constexpr std::array kRefused = {
    RefusedName{"import", kFiles},
    RefusedName{"include", kFiles},
    RefusedName{"modulemeta", kFiles},
    RefusedName{"get_search_list", kFiles},
    RefusedName{"input", kDocuments},
    RefusedName{"inputs", kDocuments},
    RefusedName{"input_filename", kDocuments},
    RefusedName{"input_line_number", kDocuments},
    RefusedName{"env", kEnvironment},
    RefusedName{"$ENV", kEnvironment},
    RefusedName{"$__prog_args", "reads the arguments of a command line, and there is none"},
    RefusedName{"debug", kTerminal},
    RefusedName{"stderr", kTerminal},
    RefusedName{"halt", kEnd},
    RefusedName{"halt_error", kEnd},
};

bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool continues_name(char c) {
  return begins_name(c) || (c >= '0' && c <= '9');
}

/// Goes through the tokens of an expression as jq 1.6 cuts them, as far as names are concerned.
class JqScanner {
 public:
  explicit JqScanner(std::string_view text) : text_(text) {}

  void scan() {
    while (at_ < text_.size()) {
      if (in_text_)
        pass_text();
      else
        pass_token();
    }
  }

 private:
  /// One character of a text, or the beginning of an interpolation `\(`.
  void pass_text() {
    const char c = text_[at_];
    if (c == '\\' && next() == '(') {
      open_.push_back(kInterpolation);
      in_text_ = false;
    } else if (c == '"') {
      in_text_ = false;
      previous_ = '"';
    }
    at_ += c == '\\' ? 2 : 1;
  }

  void pass_token() {
    const char c = text_[at_];
    if (c == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (c == '"') {
      in_text_ = true;
      ++at_;
    } else if (c == '.' && begins_name(next())) {
      ++at_;
      take_name();
      previous_ = 'a';
    } else if (c == '$') {
      pass_variable();
    } else if (begins_name(c)) {
      const bool is_key = !open_.empty() && open_.back() == '{' && (previous_ == '{' || previous_ == ',');
      const std::size_t begin = at_;
      const std::string_view name = take_name();
      if (!is_key) check(name, begin);
      previous_ = 'a';
    } else {
      pass_sign(c);
    }
  }

  void pass_variable() {
    const std::size_t begin = at_++;
    pass_space();
    check("$" + std::string(take_name()), begin);
    previous_ = 'a';
  }

  void pass_sign(char c) {
    ++at_;
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') return;
    previous_ = c;
    if (c == '(' || c == '[' || c == '{') open_.push_back(c);
    if ((c != ')' && c != ']' && c != '}') || open_.empty()) return;
    in_text_ = c == ')' && open_.back() == kInterpolation;
    open_.pop_back();
  }

  void pass_space() {
    while (at_ < text_.size()) {
      if (text_[at_] == '#')
        at_ = std::min(text_.find('\n', at_), text_.size());
      else if (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r' || text_[at_] == '\n')
        ++at_;
      else
        return;
    }
  }

  std::string_view take_name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && continues_name(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  void check(std::string_view name, std::size_t begin) const {
    const auto* const found =
        std::ranges::find(kRefused, name, [](const RefusedName& refused) { return refused.name; });
    if (found == kRefused.end()) return;
    const std::string_view before = text_.substr(0, begin);
    const auto line = 1 + std::ranges::count(before, '\n');
    const std::size_t line_begin = before.find_last_of('\n') + 1;  // npos + 1 is 0
    throw base::Error(fmt::format("jq: line {}, column {}: '{}' {}", line,
                                  1 + base::character_count(before.substr(line_begin)), name, found->reason));
  }

  char next() const { return at_ + 1 < text_.size() ? text_[at_ + 1] : '\0'; }

  static constexpr char kInterpolation = '"';

  std::string_view text_;
  std::size_t at_ = 0;
  bool in_text_ = false;
  char previous_ = '\0';    // the last sign that was not space; 'a' after a name
  std::vector<char> open_;  // the brackets that are open, and kInterpolation
};

}  // namespace

void refuse_outside_access(std::string_view expression) {
  JqScanner(expression).scan();
}

}  // namespace iter8::web
