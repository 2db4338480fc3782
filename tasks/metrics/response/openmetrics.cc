#include "tasks/metrics/response/openmetrics.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "tasks/metrics/response/json.h"

namespace iter8::tasks::metrics {

namespace {

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ':' || c == '.' || c == '-';
}

/// Reads one line of samples, or a selector, from left to right.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  void skip_spaces() {
    while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\t')) text_.remove_prefix(1);
  }
  bool take(char c) {
    skip_spaces();
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!take(c)) throw base::Error(fmt::format("expected '{}', found '{}'", c, base::printable(text_, 20)));
  }
  bool at_end() {
    skip_spaces();
    return text_.empty();
  }

  std::string name() {
    skip_spaces();
    const auto end = std::ranges::find_if_not(text_, is_name_character);
    return take_span(static_cast<std::size_t>(end - text_.begin()), "a name");
  }
  std::string word() {
    skip_spaces();
    return take_span(std::min(text_.find_first_of(" \t#"), text_.size()), "a number");
  }
  std::string quoted() {
    expect('"');
    std::string value;
    while (!text_.empty() && text_.front() != '"') {
      char c = text_.front();
      if (c == '\\' && text_.size() > 1) {
        text_.remove_prefix(1);
        c = text_.front() == 'n' ? '\n' : text_.front();
      }
      value += c;
      text_.remove_prefix(1);
    }
    if (text_.empty()) throw base::Error("a quote that is not closed");
    text_.remove_prefix(1);
    return value;
  }
  Labels labels() {
    Labels labels;
    if (!take('{')) return labels;
    while (!take('}')) {
      std::string label = name();
      expect('=');
      labels.emplace_back(std::move(label), quoted());
      if (!take(',')) {
        expect('}');
        break;
      }
    }
    return labels;
  }

 private:
  std::string take_span(std::size_t size, const char* what) {
    if (size == 0)
      throw base::Error(fmt::format("expected {}, found '{}'", what, base::printable(text_, 20)));
    std::string text(text_.substr(0, size));
    text_.remove_prefix(size);
    return text;
  }

  std::string_view text_;
};

double number(const std::string& word) {
  const auto value = number_of(Json(word));
  if (!value) throw base::Error("expected a number, found '" + base::printable(word, 40) + "'");
  return *value;
}

LabelMatcher::Operator read_operator(Scanner& scanner) {
  using enum LabelMatcher::Operator;
  if (scanner.take('!')) {
    if (scanner.take('~')) return matches_not;
    scanner.expect('=');
    return not_equal;
  }
  scanner.expect('=');
  return scanner.take('~') ? matches : equal;
}

LabelMatcher read_matcher(Scanner& scanner) {
  LabelMatcher matcher{.label = scanner.name()};
  matcher.op = read_operator(scanner);
  matcher.value = scanner.quoted();
  if (matcher.op == LabelMatcher::Operator::equal || matcher.op == LabelMatcher::Operator::not_equal)
    return matcher;
  std::string problem;
  matcher.regex = config::Regex::compile("^(?:" + matcher.value + ")$", problem);
  if (!matcher.regex) throw base::Error("regular expression: " + problem);
  return matcher;
}

struct Sample {
  std::string name;
  Labels labels;
  Point point;
};

Sample parse_sample(std::string_view line, double time_unit) {
  Scanner scanner(line);
  Sample sample{.name = scanner.name(), .labels = scanner.labels(), .point = {}};
  sample.point.value = number(scanner.word());
  if (!scanner.at_end() && !scanner.take('#'))  // behind it: an exemplar
    sample.point.time = time_of_seconds(number(scanner.word()) * time_unit);
  return sample;
}

void add_sample(Sample sample, std::vector<Series>& all) {
  auto series = std::ranges::find(all, sample.labels, &Series::labels);
  if (series == all.end()) {
    all.push_back({.labels = std::move(sample.labels), .field = {}, .points = {}, .histogram = {}});
    series = std::prev(all.end());
  }
  series->points.push_back(sample.point);
}

/// Calls `on_sample` with each sample, and `on_comment` with each line that begins with #.
template <typename OnSample, typename OnComment>
void for_each_line(std::string_view exposition, OnSample&& on_sample, OnComment&& on_comment) {
  const double time_unit = base::trim(exposition).ends_with("# EOF") ? 1 : 0.001;
  std::size_t number = 0;
  for (const std::string& line : base::split(exposition, '\n')) {
    ++number;
    const std::string_view text = base::trim(line);
    if (text.empty()) continue;
    if (text.starts_with('#')) {
      on_comment(text);
      continue;
    }
    try {
      on_sample(parse_sample(text, time_unit));
    } catch (const base::Error& error) {
      throw base::Error(fmt::format("line {}: {}", number, error.what()));
    }
  }
}

/// "# TYPE NAME TYPE": the type, if the line says that of this family.
std::optional<std::string> type_in(std::string_view comment, std::string_view family) {
  std::vector<std::string> words = base::split(comment, ' ');
  std::erase(words, "");
  if (words.size() != 4 || words[1] != "TYPE" || words[2] != family) return std::nullopt;
  return words[3];
}

/// The family that a sample of this name may belong to: what stands before the suffix.
std::string_view family_of(std::string_view name) {
  for (const std::string_view suffix : {"_total", "_bucket", "_sum", "_count"})
    if (name.ends_with(suffix) && name.size() > suffix.size())
      return name.substr(0, name.size() - suffix.size());
  return name;
}

}  // namespace

bool LabelMatcher::accepts(const Labels& labels) const {
  const std::string* found = find_label(labels, label);
  const std::string_view own = found != nullptr ? std::string_view(*found) : std::string_view{};
  switch (op) {
    case Operator::equal:
      return own == value;
    case Operator::not_equal:
      return own != value;
    case Operator::matches:
      return regex->occurs_in(own);
    case Operator::matches_not:
      break;
  }
  return !regex->occurs_in(own);
}

bool Selector::accepts(const Labels& labels) const {
  return std::ranges::all_of(matchers, [&](const LabelMatcher& matcher) { return matcher.accepts(labels); });
}

Selector parse_selector(std::string_view text) {
  try {
    Scanner scanner(text);
    Selector selector{.name = scanner.name()};
    const bool has_labels = scanner.take('{');
    while (has_labels && !scanner.take('}')) {
      selector.matchers.push_back(read_matcher(scanner));
      if (scanner.take(',')) continue;
      scanner.expect('}');
      break;
    }
    if (!scanner.at_end()) throw base::Error("text behind the selector");
    return selector;
  } catch (const base::Error& error) {
    throw base::Error("expected a selector such as name{label=\"value\"}, found '" + base::printable(text) +
                      "': " + error.what());
  }
}

QueryResult select_samples(std::string_view exposition, const Selector& selector) {
  QueryResult result;
  for_each_line(
      exposition,
      [&](Sample sample) {
        if (sample.name == selector.name && selector.accepts(sample.labels))
          add_sample(std::move(sample), result.series);
      },
      [](std::string_view) {});
  return result;
}

Reading read_exposition(std::string_view exposition, const Selector& selector) {
  Reading reading{.is_known = false};
  std::string family_type;
  std::vector<Series> expanded;  // the samples of a family that is called by its own name
  const auto on_comment = [&](std::string_view comment) {
    if (const auto type = type_in(comment, selector.name)) reading.type = *type;
    if (const auto type = type_in(comment, family_of(selector.name))) family_type = *type;
  };
  const auto on_sample = [&](Sample sample) {
    if (sample.name == "process_start_time_seconds") reading.process_start = sample.point.value;
    const bool is_own = sample.name == selector.name;
    const bool is_expanded = sample.name.size() > selector.name.size() &&
                             sample.name.starts_with(selector.name) &&
                             ((reading.type == "histogram" && sample.name == selector.name + "_bucket") ||
                              (reading.type == "counter" && sample.name == selector.name + "_total"));
    reading.is_known = reading.is_known || is_own || is_expanded;
    if ((is_own || is_expanded) && selector.accepts(sample.labels))
      add_sample(std::move(sample), is_own ? reading.series : expanded);
  };
  for_each_line(exposition, on_sample, on_comment);
  if (reading.series.empty()) reading.series = std::move(expanded);
  if (reading.type.empty()) reading.type = family_type;
  return reading;
}

}  // namespace iter8::tasks::metrics
