#include "tasks/metrics/response/openmetrics.h"

#include <algorithm>
#include <cctype>

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

  std::string_view text_;
};

bool matches(const Labels& labels, const Selector& selector) {
  return std::ranges::all_of(selector.labels, [&](const auto& wanted) {
    const std::string* value = find_label(labels, wanted.first);
    return value != nullptr && *value == wanted.second;
  });
}

double number(const std::string& word) {
  const auto value = number_of(Json(word));
  if (!value) throw base::Error("expected a number, found '" + base::printable(word, 40) + "'");
  return *value;
}

/// The line's sample, into the series of its labels.
void add_sample(std::string_view line, double time_unit, const Selector& selector, QueryResult& result) {
  Scanner scanner(line);
  const std::string name = scanner.name();
  Labels labels = scanner.labels();
  Point point{.value = number(scanner.word()), .time = {}};
  if (!scanner.at_end() && !scanner.take('#'))  // behind it: an exemplar
    point.time = time_of_seconds(number(scanner.word()) * time_unit);
  if (name != selector.name || !matches(labels, selector)) return;
  auto series = std::ranges::find(result.series, labels, &Series::labels);
  if (series == result.series.end()) {
    result.series.push_back({.labels = std::move(labels), .field = {}, .points = {}, .histogram = {}});
    series = std::prev(result.series.end());
  }
  series->points.push_back(point);
}

}  // namespace

Selector parse_selector(std::string_view text) {
  try {
    Scanner scanner(text);
    Selector selector{.name = scanner.name(), .labels = {}};
    selector.labels = scanner.labels();
    if (!scanner.at_end()) throw base::Error("text behind the selector");
    return selector;
  } catch (const base::Error& error) {
    throw base::Error("expected a selector such as name{label=\"value\"}, found '" + base::printable(text) +
                      "': " + error.what());
  }
}

QueryResult select_samples(std::string_view exposition, const Selector& selector) {
  const double time_unit = base::trim(exposition).ends_with("# EOF") ? 1 : 0.001;
  QueryResult result;
  std::size_t number = 0;
  for (const std::string& line : base::split(exposition, '\n')) {
    ++number;
    const std::string_view text = base::trim(line);
    if (text.empty() || text.starts_with('#')) continue;
    try {
      add_sample(text, time_unit, selector, result);
    } catch (const base::Error& error) {
      throw base::Error(fmt::format("line {}: {}", number, error.what()));
    }
  }
  return result;
}

}  // namespace iter8::tasks::metrics
