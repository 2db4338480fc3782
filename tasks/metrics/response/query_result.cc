#include "tasks/metrics/response/query_result.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>

#include <fmt/format.h>

#include "base/error.h"
#include "base/number.h"
#include "base/text.h"

namespace iter8::tasks::metrics {

namespace {

std::size_t hash_of(const Labels& labels, const std::string& field) {
  const std::hash<std::string> hash;
  std::size_t all = hash(field);
  const auto mix = [&all](std::size_t one) { all = all * 0x9e3779b97f4a7c15U + one; };
  for (const auto& [name, value] : labels) {
    mix(hash(name));
    mix(hash(value));
  }
  return all;
}

bool is_same(const Series& series, const Labels& labels, const std::string& field) {
  return series.field == field && series.labels == labels;
}

}  // namespace

std::string to_text(const Labels& labels) {
  std::string text = "{";
  for (const auto& [name, value] : labels)
    text += (text.size() > 1 ? ", " : "") + base::printable(name) + "=\"" + base::printable(value) + '"';
  return text + "}";
}

const std::string* find_label(const Labels& labels, std::string_view name) {
  for (const auto& [key, value] : labels)
    if (key == name) return &value;
  return nullptr;
}

double expect_count(double value, const std::string& what) {
  if (!(value >= 0) || std::isinf(value))
    throw base::Error(fmt::format("{} {}, expected a count", what, base::shortest(value)));
  if (value > kLargestCount)
    throw base::Error(fmt::format("{} {}, more than can be counted (2^53)", what, base::shortest(value)));
  return value;
}

void SeriesIndex::add(const Series& series, std::size_t place) {
  places_[hash_of(series.labels, series.field)].push_back(place);
}

std::optional<std::size_t> SeriesIndex::find(const std::vector<Series>& all, const Labels& labels,
                                             const std::string& field) const {
  const auto places = places_.find(hash_of(labels, field));
  if (places == places_.end()) return std::nullopt;
  for (const std::size_t place : places->second)
    if (is_same(all[place], labels, field)) return place;
  return std::nullopt;
}

std::optional<std::size_t> SeriesIndex::take(const std::vector<Series>& all, const Labels& labels,
                                             const std::string& field) {
  const std::optional<std::size_t> found = find(all, labels, field);
  if (found) std::erase(places_[hash_of(labels, field)], *found);
  return found;
}

Series& SeriesIndex::find_or_add(std::vector<Series>& all, Labels labels, const std::string& field) {
  if (const auto found = find(all, labels, field)) return all[*found];
  all.push_back({.labels = std::move(labels), .field = field, .points = {}, .histogram = {}});
  add(all.back(), all.size() - 1);
  return all.back();
}

void append_page(QueryResult& result, QueryResult page) {
  SeriesIndex index;
  for (std::size_t place = 0; place < result.series.size(); ++place) index.add(result.series[place], place);
  std::vector<Series> others;
  for (Series& more : page.series) {
    const auto same = index.find(result.series, more.labels, more.field);
    if (!same) {
      others.push_back(std::move(more));
      continue;
    }
    Series& series = result.series[*same];
    std::ranges::move(more.points, std::back_inserter(series.points));
    series.partial = std::move(more.partial);
  }
  std::ranges::move(others, std::back_inserter(result.series));
  std::ranges::move(page.warnings, std::back_inserter(result.warnings));
  result.partial = std::move(page.partial);
}

void mark_partial(QueryResult& result, const std::string& reason) {
  result.partial = reason;
  for (Series& series : result.series) series.partial = reason;
}

void add_row(const std::vector<Cell>& row, QueryResult& result) {
  Labels labels;
  for (const Cell& cell : row) labels.emplace_back(cell.name, cell.text);
  for (const Cell& cell : row) {
    if (!cell.number) continue;
    Series series{.labels = labels, .field = cell.name == "value" ? "" : cell.name};
    series.points.push_back({.value = *cell.number, .time = {}});
    result.series.push_back(std::move(series));
  }
}

}  // namespace iter8::tasks::metrics
