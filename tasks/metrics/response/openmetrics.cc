#include "tasks/metrics/response/openmetrics.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/utf8.h"
#include "tasks/metrics/response/exposition_scanner.h"
#include "tasks/metrics/response/json.h"

namespace iter8::tasks::metrics {

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view kEnd = "# EOF";  // of OpenMetrics
constexpr std::size_t kLinesPerLook = 1024;

double number(std::string_view word) {
  const auto value = number_of_text(word);
  if (!value) throw base::Error("expected a number, found '" + base::printable(word, 40) + "'");
  return *value;
}

struct Sample {
  std::string name;
  Labels labels;  // sorted by name
  Point point;
};

Sample parse_sample(std::string_view line, double time_unit) {
  ExpositionScanner scanner(line);
  Sample sample;
  sample.name = scanner.series([&](std::string label) {
    scanner.expect('=');
    sample.labels.emplace_back(std::move(label), scanner.quoted());
  });
  using Label = Labels::value_type;
  std::ranges::stable_sort(sample.labels, {}, &Label::first);
  const auto twice = std::ranges::adjacent_find(sample.labels, {}, &Label::first);
  if (twice != sample.labels.end())
    throw base::Error("the label '" + base::printable(twice->first) + "' stands twice");
  sample.point.value = number(scanner.word());
  if (!scanner.at_end() && !scanner.take('#'))  // behind it: an exemplar
    sample.point.time = time_of_seconds(number(scanner.word()) * time_unit);
  return sample;
}

/// The selected samples, by their series.
class Selection {
 public:
  void add(Sample sample) { series_of(std::move(sample.labels)).points.push_back(sample.point); }
  /// Adds a sample of a page that is to have each series once, and in UTF-8: a reading is kept as such.
  void add_once(Sample sample) {
    for (const auto& [label, value] : sample.labels)
      if (!base::is_utf8(label) || !base::is_utf8(value))
        throw base::Error("the label '" + base::printable(label) + "' is not UTF-8");
    const std::string name = std::move(sample.name);
    Series& series = series_of(std::move(sample.labels));
    const std::optional<base::WallTime> before = series.points.empty() ? std::nullopt : series.points[0].time;
    if (!series.points.empty() && !(before && sample.point.time && *before < *sample.point.time))
      throw base::Error("the series stands twice: " + base::printable(name) + to_text(series.labels));
    series.points = {sample.point};
  }
  std::vector<Series> take() { return std::move(all_); }

 private:
  Series& series_of(Labels labels) {
    Series& series = index_.find_or_add(all_, std::move(labels), {});
    if (all_.size() > kMostSeries)
      throw base::Error(
          fmt::format("more than {} series are selected; select fewer by their labels", kMostSeries));
    return series;
  }

  std::vector<Series> all_;
  SeriesIndex index_;
};

/// Removes the first line and returns it without white space around it.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return base::trim(line);
}

bool is_openmetrics(std::string_view exposition) {
  const std::string_view text = base::trim(exposition);
  const std::size_t begin = text.rfind('\n');
  return base::trim(begin == std::string_view::npos ? text : text.substr(begin + 1)) == kEnd;
}

/// Calls `on_sample` with each sample, and `on_comment` with each line that begins with #.
template <typename OnSample, typename OnComment>
void for_each_line(std::string_view exposition, const std::stop_token& stop, OnSample&& on_sample,
                   OnComment&& on_comment) {
  if (exposition.starts_with(kByteOrderMark)) exposition.remove_prefix(kByteOrderMark.size());
  const double time_unit = is_openmetrics(exposition) ? 1 : 0.001;
  bool has_ended = false;
  for (std::size_t number = 1; !exposition.empty(); ++number) {
    if (number % kLinesPerLook == 0 && stop.stop_requested())
      throw base::Error("stopped while a page was read");
    const std::string_view line = take_line(exposition);
    if (line.empty()) continue;
    try {
      if (has_ended) throw base::Error("text behind # EOF");
      has_ended = line == kEnd;
      if (line.starts_with('#'))
        on_comment(line);
      else
        on_sample(parse_sample(line, time_unit));
    } catch (const base::Error& error) {
      throw base::Error(fmt::format("line {}: {}", number, error.what()));
    }
  }
}

struct FamilyType {
  std::string family;
  std::string type;
};

/// What "# TYPE NAME TYPE" says; nothing for another comment.
std::optional<FamilyType> type_in(std::string_view comment) {
  constexpr std::string_view kType = "TYPE";
  std::string_view text = base::trim(comment.substr(1));
  if (!text.starts_with(kType)) return std::nullopt;
  text.remove_prefix(kType.size());
  if (!text.starts_with(' ') && !text.starts_with('\t')) return std::nullopt;
  text = base::trim(text);
  ExpositionScanner scanner(text);
  FamilyType found{.family = text.starts_with('"') ? scanner.quoted() : std::string(scanner.word()),
                   .type = {}};
  if (scanner.at_end()) return std::nullopt;
  found.type = scanner.word();
  return scanner.at_end() ? std::optional(found) : std::nullopt;
}

/// The family that a sample of this name may belong to: what stands before the suffix.
std::string_view family_of(std::string_view name) {
  for (const std::string_view suffix : {"_total", "_bucket", "_sum", "_count"})
    if (name.ends_with(suffix) && name.size() > suffix.size())
      return name.substr(0, name.size() - suffix.size());
  return name;
}

}  // namespace

QueryResult select_samples(std::string_view exposition, const Selector& selector,
                           const std::stop_token& stop) {
  Selection selection;
  const auto on_sample = [&](Sample sample) {
    if (sample.name == selector.name && selector.accepts(sample.labels)) selection.add(std::move(sample));
  };
  for_each_line(exposition, stop, on_sample, [](std::string_view) {});
  return {.series = selection.take(), .warnings = {}};
}

Reading read_exposition(std::string_view exposition, const Selector& selector, const std::stop_token& stop) {
  Reading reading{.is_known = false};
  std::string family_type;
  Selection own;
  Selection expanded;  // the samples of a family that is called by its own name
  const std::string_view family = family_of(selector.name);
  const std::string bucket = selector.name + "_bucket";
  const std::string total = selector.name + "_total";
  const auto on_comment = [&](std::string_view comment) {
    const std::optional<FamilyType> found = type_in(comment);
    if (!found) return;
    if (found->family == selector.name) reading.type = found->type;
    if (found->family == family) family_type = found->type;
  };
  const auto on_sample = [&](Sample sample) {
    if (sample.name == "process_start_time_seconds") reading.process_start = sample.point.value;
    const bool is_own = sample.name == selector.name;
    const bool is_expanded = (reading.type == "histogram" && sample.name == bucket) ||
                             (reading.type == "counter" && sample.name == total);
    reading.is_known = reading.is_known || is_own || is_expanded;
    if ((is_own || is_expanded) && selector.accepts(sample.labels))
      (is_own ? own : expanded).add_once(std::move(sample));
  };
  for_each_line(exposition, stop, on_sample, on_comment);
  reading.series = own.take();
  if (reading.series.empty()) reading.series = expanded.take();
  if (reading.type.empty()) reading.type = family_type;
  return reading;
}

}  // namespace iter8::tasks::metrics
