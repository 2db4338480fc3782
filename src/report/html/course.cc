#include "report/html/course.h"

#include <algorithm>
#include <chrono>
#include <set>

#include <fmt/format.h>

#include "base/duration.h"

namespace iter8::report {

using experiment::LoadBlock;
using experiment::LoadSeries;
using experiment::Result;

namespace {

constexpr std::size_t kMostLabels = 8;  // of iterations

std::vector<Stretch> stretches_of(const LoadSeries& series, double offset) {
  std::vector<Stretch> stretches;
  const double interval = base::to_seconds(series.blocks.interval());
  double from = 0;
  for (const LoadBlock& block : series.blocks.points()) {
    const bool is_last = stretches.size() + 1 == series.blocks.points().size();
    const bool is_part = is_last && series.seconds > from && series.seconds < from + interval;
    const double to = is_part ? series.seconds : from + interval;
    stretches.push_back({.block = &block, .from = offset + from, .to = offset + to});
    from += interval;
  }
  return stretches;
}

/// Places the series in the order of their starts. One that begins before the others have ended keeps its
/// distance to them; else it begins where they end.
void place(std::vector<const LoadSeries*> series, LoadCourse& course) {
  std::stable_sort(series.begin(), series.end(),
                   [](const LoadSeries* one, const LoadSeries* other) { return one->start < other->start; });
  base::WallTime window_start{};
  double window_offset = 0;
  int iteration = 0;
  for (const LoadSeries* each : series) {
    const double since = base::to_seconds(each->start - window_start);
    const bool is_new = course.parts.empty() || window_offset + since >= course.seconds;
    if (is_new) {
      window_start = each->start;
      window_offset = course.seconds;
    }
    const double offset = window_offset + (is_new ? 0 : since);
    CoursePart part{.series = each, .offset = offset, .stretches = stretches_of(*each, offset)};
    course.seconds = std::max(course.seconds, part.stretches.back().to);
    if (each->iteration != iteration && is_new)
      course.beginnings.push_back({.at = offset, .label = std::to_string(each->iteration)});
    iteration = each->iteration;
    course.parts.push_back(std::move(part));
  }
}

void thin_out_labels(std::vector<ChartDivider>& beginnings) {
  if (beginnings.size() < 2) return beginnings.clear();
  const std::size_t step = (beginnings.size() + kMostLabels - 1) / kMostLabels;
  for (std::size_t i = 0; i < beginnings.size(); ++i)
    if (i % step != 0) beginnings[i].label.clear();
}

/// How long a latency is, in nanoseconds, that belongs to a stall.
double stalled_latency(const LoadSeries& series) {
  constexpr double kTimesMedian = 10, kShortest = 1e8;
  stats::Sketch all;
  for (const LoadBlock& block : series.blocks.points()) all.add(block.histogram);
  return std::max(kShortest, kTimesMedian * all.percentile(50));
}

void add_stalls(const CoursePart& part, std::vector<ChartBand>& bands) {
  constexpr double kFewest = 3;
  const auto& slices = part.series->slices;
  const double width = base::to_seconds(slices.width());
  const double start = base::to_seconds(part.series->start.time_since_epoch());
  const double stalled = stalled_latency(*part.series);
  double requests = 0;
  std::int64_t begin = 0;
  std::int64_t number = slices.first();
  const auto close = [&](std::int64_t end) {
    if (requests >= kFewest)
      bands.push_back({.from = part.offset + static_cast<double>(begin) * width - start,
                       .to = part.offset + static_cast<double>(end) * width - start,
                       .version = part.series->version});
    requests = 0;
  };
  for (const stats::LoadSlice& slice : slices.slices()) {
    const auto due = static_cast<double>(slice.ended());
    const double slow = slice.ok.histogram.count_above(stalled) +
                        slice.failed.histogram.count_above(stalled) + static_cast<double>(slice.unanswered);
    if (due > 0 && 2 * slow >= due) {
      if (requests == 0) begin = number;
      requests += due;
    } else if (due > 0) {
      close(number);
    }
    ++number;
  }
  close(number);
}

}  // namespace

std::vector<std::size_t> LoadCourse::versions() const {
  std::set<std::size_t> versions;
  for (const CoursePart& part : parts) versions.insert(part.series->version);
  return {versions.begin(), versions.end()};
}

std::vector<LoadCourse> courses_of(const Result& result) {
  std::map<std::string, std::vector<const LoadSeries*>> by_provider;
  for (const LoadSeries& series : result.series)
    if (!series.blocks.points().empty()) by_provider[series.provider].push_back(&series);
  std::vector<LoadCourse> courses;
  for (const auto& [provider, series] : by_provider) {
    LoadCourse& course = courses.emplace_back();
    course.provider = provider;
    place(series, course);
    thin_out_labels(course.beginnings);
  }
  return courses;
}

std::vector<ChartBand> stalls_of(const LoadCourse& course) {
  std::vector<ChartBand> bands;
  for (const CoursePart& part : course.parts) add_stalls(part, bands);
  return bands;
}

}  // namespace iter8::report
