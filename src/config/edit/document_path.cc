#include "config/edit/document_path.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/number.h"
#include "base/text.h"

namespace iter8::config {

namespace {

bool is_index(std::string_view text) {
  constexpr std::size_t longest = 9;
  return !text.empty() && text.size() <= longest && (text == "0" || text.front() != '0') &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::size_t index_of(std::string_view text) {
  return static_cast<std::size_t>(base::parse_integer(text).value_or(0));
}

std::optional<PathStep> pointer_step(std::string_view part, std::string& problem) {
  PathStep step{.kind = is_index(part) ? PathStep::Kind::either : PathStep::Kind::key};
  if (is_index(part)) step.index = index_of(part);
  for (std::size_t at = 0; at < part.size(); ++at) {
    if (part[at] != '~') {
      step.key += part[at];
      continue;
    }
    const char next = at + 1 < part.size() ? part[++at] : '\0';
    if (next != '0' && next != '1') {
      problem = "in a JSON pointer ~ must be followed by 0 or 1";
      return std::nullopt;
    }
    step.key += next == '0' ? '~' : '/';
  }
  return step;
}

/// Reads a path of the dotted form from left to right.
class PathReader {
 public:
  PathReader(std::string_view text, std::string& problem) : text_(text), problem_(problem) {}

  std::optional<std::vector<PathStep>> read() {
    std::vector<PathStep> steps;
    if (!text_.starts_with('.') && !text_.starts_with('[') && !read_key(steps)) return std::nullopt;
    while (at_ < text_.size()) {
      const char mark = text_[at_++];
      const bool is_good = mark == '.'   ? read_key(steps)
                           : mark == '[' ? read_bracket(steps)
                                         : fail("expected '.' or '[' behind a ']' or a quote");
      if (!is_good) return std::nullopt;
    }
    return steps;
  }

 private:
  bool fail(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }

  bool read_key(std::vector<PathStep>& steps) {
    PathStep step;
    if (at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'')) {
      if (!read_quoted(step.key)) return false;
    } else {
      const std::size_t end = std::min(text_.find_first_of(".[]\"'", at_), text_.size());
      step.key = text_.substr(at_, end - at_);
      at_ = end;
    }
    if (step.key.empty()) return fail("a key is empty; a key with dots or brackets stands in quotes");
    steps.push_back(std::move(step));
    return true;
  }

  bool read_bracket(std::vector<PathStep>& steps) {
    PathStep step;
    if (at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'')) {
      if (!read_quoted(step.key)) return false;
    } else {
      const std::size_t end = std::min(text_.find(']', at_), text_.size());
      const std::string_view inside = text_.substr(at_, end - at_);
      const std::size_t equals = inside.find('=');
      at_ = end;
      if (is_index(inside)) {
        step = {.kind = PathStep::Kind::index, .index = index_of(inside)};
      } else if (equals != std::string_view::npos && equals > 0) {
        step = {.kind = PathStep::Kind::select,
                .key = std::string(base::trim(inside.substr(0, equals))),
                .value = std::string(base::trim(inside.substr(equals + 1)))};
      } else {
        return fail("expected a number, a quoted key or key=value between [ and ]");
      }
    }
    if (at_ >= text_.size() || text_[at_++] != ']') return fail("a '[' has no ']'");
    steps.push_back(std::move(step));
    return true;
  }

  bool read_quoted(std::string& key) {
    const char quote = text_[at_];
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) return fail("a quote is never closed");
    key = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return true;
  }

  std::string_view text_;
  std::string& problem_;
  std::size_t at_ = 0;
};

std::string written(const PathStep& step) {
  switch (step.kind) {
    case PathStep::Kind::index:
      return fmt::format("[{}]", step.index);
    case PathStep::Kind::select:
      return fmt::format("[{}={}]", step.key, step.value);
    case PathStep::Kind::key:
    case PathStep::Kind::either:
      break;
  }
  const bool is_plain = step.key.find_first_of(".[]\"'") == std::string::npos;
  return is_plain ? "." + step.key : "[\"" + step.key + "\"]";
}

}  // namespace

std::string DocumentPath::upto(std::size_t count) const {
  std::string result;
  for (std::size_t i = 0; i < std::min(count, steps.size()); ++i) result += written(steps[i]);
  return result.empty() ? "." : result;
}

std::optional<DocumentPath> parse_document_path(std::string_view text, std::string& problem) {
  DocumentPath path{.text = std::string(text), .steps = {}};
  if (text.empty() || text == "." || text == "/") {
    problem = "names no value; expected a path such as .image.tag, or a JSON pointer such as /image/tag";
    return std::nullopt;
  }
  if (!text.starts_with('/')) {
    auto steps = PathReader(text, problem).read();
    if (!steps) return std::nullopt;
    path.steps = std::move(*steps);
    return path;
  }
  for (const std::string& part : base::split(text.substr(1), '/')) {
    auto step = pointer_step(part, problem);
    if (!step) return std::nullopt;
    path.steps.push_back(std::move(*step));
  }
  return path;
}

}  // namespace iter8::config
