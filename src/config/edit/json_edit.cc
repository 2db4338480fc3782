#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "base/utf8.h"
#include "config/edit/document_edit.h"
#include "config/value/json_text.h"
#include "config/yaml/node.h"

namespace iter8::config {

namespace {

/// Levels of objects and lists: whoever writes more does not mean it, and the walk needs a bounded stack.
constexpr std::size_t kJsonEditDepth = 100;

/// A number, true, false or null, as JSON writes them.
bool is_json_literal(std::string_view text) {
  return !text.empty() && std::string_view("-0123456789tfn").find(text.front()) != std::string_view::npos &&
         base::trim(text) == text && !json_fault(text);
}

/// What a text in quotes says.
std::string json_meaning(std::string_view quoted) {
  return nlohmann::json::parse(quoted).get<std::string>();
}

/// Walks over a JSON text that is valid and notes where the value at a path stands: the library reads values,
/// but does not say where they are.
class JsonWalker {
 public:
  JsonWalker(std::string_view json, const DocumentPath& path) : json_(json), path_(path) {
    if (json_.starts_with(base::kByteOrderMark)) at_ = base::kByteOrderMark.size();
  }

  struct Found {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  /// Throws base::Error when the path leads nowhere or to two values.
  Found walk() {
    value(0, 0);
    if (!found_) fail_missing();
    return *found_;
  }

 private:
  [[noreturn]] void fail_missing() const {
    std::string text = fmt::format("there is no {}", base::printable(path_.upto(deepest_ + 1)));
    if (!names_.empty())
      text += fmt::format(": {} has {}", base::printable(path_.upto(deepest_)),
                          base::printable(base::join(names_, ", "), 300));
    const std::string wanted = deepest_ < path_.steps.size() ? path_.steps[deepest_].key : "";
    throw base::Error(text + base::suggestion(wanted, names_));
  }

  void skip_space() { at_ = std::min(json_.find_first_not_of(" \t\r\n", at_), json_.size()); }

  bool take(char c) {
    skip_space();
    if (at_ >= json_.size() || json_[at_] != c) return false;
    ++at_;
    return true;
  }

  /// `matched` steps of the path lead here; `depth` levels are open. A value off the path has matched kOff.
  void value(std::size_t matched, std::size_t depth) {
    if (depth > kJsonEditDepth) throw base::Error(fmt::format("more than {} levels deep", kJsonEditDepth));
    skip_space();
    const std::size_t begin = at_;
    switch (json_[at_]) {
      case '{':
        object(matched, depth);
        break;
      case '[':
        array(matched, depth);
        break;
      case '"':
        skip_text();
        break;
      default:
        at_ = std::min(json_.find_first_of(" \t\r\n,]}", at_), json_.size());
    }
    if (matched != path_.steps.size()) return;
    if (found_) throw base::Error(path_.text + " is there twice");
    found_ = Found{begin, at_};
  }

  void object(std::size_t matched, std::size_t depth) {
    enter('{', matched);
    if (take('}')) return;
    const bool is_on_path = matched < path_.steps.size();
    do {
      skip_space();
      const std::size_t begin = at_;
      skip_text();
      const std::string key = json_meaning(json_.substr(begin, at_ - begin));
      take(':');
      const bool fits = is_on_path && path_.steps[matched].kind != PathStep::Kind::index &&
                        path_.steps[matched].kind != PathStep::Kind::select &&
                        path_.steps[matched].key == key;
      if (is_on_path && deepest_ == matched) names_.push_back(key);
      value(fits ? matched + 1 : kOff, depth + 1);
    } while (take(','));
    take('}');
  }

  void array(std::size_t matched, std::size_t depth) {
    enter('[', matched);
    if (take(']')) return;
    const PathStep* step = matched < path_.steps.size() ? &path_.steps[matched] : nullptr;
    if (step && step->kind == PathStep::Kind::select)
      throw base::Error(path_.text + ": [key=value] works in YAML files only; give the item's number");
    std::size_t index = 0;
    do {
      const bool fits = step && step->kind != PathStep::Kind::key && step->index == index;
      value(fits ? matched + 1 : kOff, depth + 1);
      ++index;
    } while (take(','));
    take(']');
  }

  void enter(char bracket, std::size_t matched) {
    take(bracket);
    if (matched >= path_.steps.size() || matched < deepest_) return;
    deepest_ = matched;
    names_.clear();
  }

  void skip_text() {
    for (++at_; json_[at_] != '"'; ++at_)
      if (json_[at_] == '\\') ++at_;
    ++at_;
  }

  static constexpr std::size_t kOff = static_cast<std::size_t>(-1);

  std::string_view json_;
  const DocumentPath& path_;
  std::size_t at_ = 0;
  std::optional<Found> found_;
  std::size_t deepest_ = 0;         // how many steps were found
  std::vector<std::string> names_;  // of the keys there
};

JsonWalker::Found find_json_value(std::string_view json, const DocumentPath& path) {
  if (!base::is_utf8(json) || json.find('\0') != std::string_view::npos)
    throw base::Error("a binary file, or not UTF-8: its values cannot be edited");
  if (const auto fault = json_fault(json)) {
    const Position position = position_in({1, 1}, json, std::min(fault->offset, json.size()));
    throw base::Error(fmt::format("not valid JSON at line {}, column {}: {}", position.line, position.column,
                                  fault->message));
  }
  return JsonWalker(json, path).walk();
}

JsonWalker::Found find_single_json_value(std::string_view json, const DocumentPath& path) {
  const JsonWalker::Found found = find_json_value(json, path);
  const char first = json[found.begin];
  if (first == '{' || first == '[')
    throw base::Error(fmt::format("{} is {}; only a single value can be set", path.text,
                                  first == '{' ? "an object" : "a list"));
  return found;
}

}  // namespace

std::string with_json_value(std::string_view json, const DocumentPath& path, std::string_view value) {
  if (!base::is_utf8(value)) throw base::Error("the new value is not UTF-8");
  const auto [begin, end] = find_single_json_value(json, path);
  const std::string_view old = json.substr(begin, end - begin);
  const bool was_text = old.front() == '"';
  if (was_text && json_meaning(old) == value) return std::string(json);
  const std::string written = !was_text && is_json_literal(value) ? std::string(value) : json_quoted(value);
  return std::string(json).replace(begin, end - begin, written);
}

std::string with_json_value_of(std::string_view json, const DocumentPath& path, std::string_view source) {
  const auto from = find_single_json_value(source, path);
  const auto [begin, end] = find_single_json_value(json, path);
  return std::string(json).replace(begin, end - begin, source.substr(from.begin, from.end - from.begin));
}

std::string json_value(std::string_view json, const DocumentPath& path) {
  const auto [begin, end] = find_json_value(json, path);
  const std::string_view text = json.substr(begin, end - begin);
  return text.front() == '"' ? json_meaning(text) : std::string(text);
}

}  // namespace iter8::config
