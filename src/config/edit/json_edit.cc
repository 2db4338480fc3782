#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/utf8.h"
#include "config/edit/document_edit.h"
#include "config/value/value_text.h"
#include "config/yaml/document.h"
#include "config/yaml/node.h"

namespace iter8::config {

namespace {

constexpr std::size_t kDepth = 100;

/// Walks over a JSON text, strictly, and notes where the value at a path stands.
class JsonWalker {
 public:
  JsonWalker(std::string_view json, const DocumentPath& path) : json_(json), path_(path) {}

  struct Found {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  Found walk() {
    value(0, 0);
    space();
    if (at_ != json_.size()) fail("more behind the end of the document");
    if (!found_) missing();
    return *found_;
  }

 private:
  [[noreturn]] void fail(std::string_view what) const {
    const Position position = position_in({1, 1}, json_, std::min(at_, json_.size()));
    throw base::Error(
        fmt::format("not valid JSON at line {}, column {}: {}", position.line, position.column, what));
  }

  [[noreturn]] void missing() const {
    std::string text = fmt::format("there is no {}", base::printable(path_.upto(deepest_ + 1)));
    if (!names_.empty())
      text += fmt::format(": {} has {}", base::printable(path_.upto(deepest_)),
                          base::printable(base::join(names_, ", "), 300));
    const std::string wanted = deepest_ < path_.steps.size() ? path_.steps[deepest_].key : "";
    throw base::Error(text + base::suggestion(wanted, names_));
  }

  void space() { at_ = std::min(json_.find_first_not_of(" \t\r\n", at_), json_.size()); }

  bool take(char c) {
    space();
    if (at_ >= json_.size() || json_[at_] != c) return false;
    ++at_;
    return true;
  }

  /// `matched` steps of the path lead here; `depth` levels are open. A value off the path has matched kOff.
  void value(std::size_t matched, std::size_t depth) {
    if (depth > kDepth) fail(fmt::format("more than {} levels deep", kDepth));
    space();
    const std::size_t begin = at_;
    if (at_ >= json_.size()) fail("a value is missing");
    if (json_[at_] == '{') {
      object(matched, depth);
    } else if (json_[at_] == '[') {
      array(matched, depth);
    } else if (json_[at_] == '"') {
      text();
    } else {
      at_ = std::min(json_.find_first_of(" \t\r\n,]}", at_), json_.size());
      if (!is_literal(json_.substr(begin, at_ - begin))) fail("neither a value nor a text in quotes");
    }
    if (matched == path_.steps.size()) {
      if (found_) throw base::Error(path_.text + " is there twice");
      found_ = Found{begin, at_};
    }
  }

  void object(std::size_t matched, std::size_t depth) {
    take('{');
    const bool is_on_path = matched < path_.steps.size();
    if (is_on_path && matched >= deepest_) {
      deepest_ = matched;
      names_.clear();
    }
    if (take('}')) return;
    do {
      space();
      const std::size_t begin = at_;
      if (at_ >= json_.size() || json_[at_] != '"') fail("expected a key in quotes");
      text();
      const std::string key = meaning(json_.substr(begin, at_ - begin));
      if (!take(':')) fail("expected ':' behind a key");
      const bool fits = is_on_path && path_.steps[matched].kind != PathStep::Kind::index &&
                        path_.steps[matched].kind != PathStep::Kind::select &&
                        path_.steps[matched].key == key;
      if (is_on_path && deepest_ == matched) names_.push_back(key);
      value(fits ? matched + 1 : kOff, depth + 1);
    } while (take(','));
    if (!take('}')) fail("expected ',' or '}'");
  }

  void array(std::size_t matched, std::size_t depth) {
    take('[');
    if (matched < path_.steps.size() && matched >= deepest_) {
      deepest_ = matched;
      names_.clear();
    }
    if (take(']')) return;
    std::size_t index = 0;
    do {
      const bool is_on_path = matched < path_.steps.size();
      const PathStep* step = is_on_path ? &path_.steps[matched] : nullptr;
      if (step && step->kind == PathStep::Kind::select)
        throw base::Error(path_.text + ": [key=value] works in YAML files only; give the item's number");
      const bool fits = step && step->kind != PathStep::Kind::key && step->index == index;
      value(fits ? matched + 1 : kOff, depth + 1);
      ++index;
    } while (take(','));
    if (!take(']')) fail("expected ',' or ']'");
  }

  void text() {
    for (++at_; at_ < json_.size(); ++at_) {
      if (json_[at_] == '\\') {
        ++at_;
      } else if (json_[at_] == '"') {
        ++at_;
        return;
      } else if (static_cast<unsigned char>(json_[at_]) < 0x20) {
        fail("a line break or control character in a text");
      }
    }
    fail("a quote is never closed");
  }

 public:
  static bool is_literal(std::string_view text) {
    if (text == "true" || text == "false" || text == "null") return true;
    const Value value = plain_scalar(text);
    const bool is_number =
        value.number().has_value() && text.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
    const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
    const bool leads_well = !digits.empty() && digits.front() >= '0' && digits.front() <= '9' &&
                            !(digits.size() > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9');
    return is_number && leads_well && !text.ends_with('.') && text.find(".e") == std::string_view::npos &&
           text.find(".E") == std::string_view::npos;
  }

  /// What a text in quotes means.
  static std::string meaning(std::string_view quoted) {
    Problems problems("json");
    const auto node = parse_document(quoted, problems);
    return node ? node->text : std::string(quoted.substr(1, quoted.size() - 2));
  }

 private:
  static constexpr std::size_t kOff = static_cast<std::size_t>(-1);

  std::string_view json_;
  const DocumentPath& path_;
  std::size_t at_ = 0;
  std::optional<Found> found_;
  std::size_t deepest_ = 0;         // how many steps were found
  std::vector<std::string> names_;  // of the keys there
};

void check_text(std::string_view json) {
  if (!base::is_utf8(json) || json.find('\0') != std::string_view::npos)
    throw base::Error("a binary file, or not UTF-8: its values cannot be edited");
}

}  // namespace

std::string with_json_value(std::string_view json, const DocumentPath& path, std::string_view value) {
  check_text(json);
  if (!base::is_utf8(value)) throw base::Error("the new value is no UTF-8 text");
  const auto [begin, end] = JsonWalker(json, path).walk();
  if (json[begin] == '{' || json[begin] == '[')
    throw base::Error(fmt::format("{} is {}; only a single value can be set", path.text,
                                  json[begin] == '{' ? "an object" : "a list"));
  const std::string_view old = json.substr(begin, end - begin);
  const bool was_text = old.front() == '"';
  if (was_text && JsonWalker::meaning(old) == value) return std::string(json);
  std::string result(json);
  const std::string written = !was_text && JsonWalker::is_literal(value)
                                  ? std::string(value)
                                  : to_json(Value(value), JsonStyle::compact);
  return result.replace(begin, end - begin, written);
}

std::string json_value(std::string_view json, const DocumentPath& path) {
  check_text(json);
  const auto [begin, end] = JsonWalker(json, path).walk();
  const std::string_view text = json.substr(begin, end - begin);
  return text.front() == '"' ? JsonWalker::meaning(text) : std::string(text);
}

}  // namespace iter8::config
