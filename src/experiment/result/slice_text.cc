#include "experiment/result/slice_text.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "base/error.h"
#include "base/number.h"
#include "base/text.h"

namespace iter8::experiment {

namespace {

using stats::LoadSlice;
using stats::LoadSlices;
using stats::SliceLatencies;

/// More than a load can count in one slice, and little enough for those of many loads to be added.
constexpr std::int64_t kMostRequests = 1'000'000'000'000;
constexpr double kLongestMsec = 1e9;
constexpr SliceLayout kInsideLayout{};
constexpr std::size_t kOuterParts = 5;  // of a line, before what is inside responses
constexpr std::size_t kMostParts = kOuterParts + LoadSlice::kInside;

void append_counts(std::vector<std::string>& fields, const std::vector<std::int64_t>& counts,
                   std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) fields.push_back(std::to_string(i < counts.size() ? counts[i] : 0));
}

std::string text_of(const SliceLatencies& latencies, const SliceLayout& layout) {
  if (latencies.count == 0) return {};
  std::vector<std::string> fields{std::to_string(latencies.count), base::shortest(latencies.sum),
                                  base::shortest(latencies.squares)};
  if (layout.is_capped) {
    fields.push_back(base::shortest(latencies.capped_sum));
    fields.push_back(base::shortest(latencies.capped_squares));
  }
  append_counts(fields, latencies.above, layout.limits);
  return base::join(fields, ",") + "/" + latencies.histogram.to_text();
}

std::string text_of(const LoadSlice& slice, const SliceLayout& layout) {
  const auto count = [](std::int64_t value) { return value == 0 ? std::string() : std::to_string(value); };
  std::vector<std::string> errors;
  if (!slice.errors.empty()) append_counts(errors, slice.errors, layout.error_classes);
  std::vector<std::string> parts{text_of(slice.ok, layout), text_of(slice.failed, layout),
                                 count(slice.unanswered), count(slice.cut_short), base::join(errors, ",")};
  for (const SliceLatencies& times : slice.inside) parts.push_back(text_of(times, kInsideLayout));
  std::string text = base::join(parts, ";");
  text.resize(text.find_last_not_of(';') + 1);
  return text;
}

[[noreturn]] void fail(std::string_view expected, std::string_view found) {
  throw base::Error(fmt::format("expected {}, found '{}'", expected, base::printable(found, 60)));
}

std::int64_t count_of(std::string_view text) {
  const auto count = base::parse_integer(text);
  if (!count || *count < 0 || *count > kMostRequests) fail("a count of requests", text);
  return *count;
}

/// `most` of one request.
double sum_of(std::string_view text, std::int64_t requests, double most) {
  const auto sum = base::parse_number(text);
  if (!sum || *sum < 0 || *sum > most * static_cast<double>(requests)) fail("a sum over the requests", text);
  return *sum;
}

/// A histogram's counts end at what 32 bits hold.
bool agrees(const stats::Sketch& histogram, std::int64_t count) {
  return histogram.count() == count || (count > UINT32_MAX && histogram.count() < count);
}

SliceLatencies latencies_of(std::string_view text, const SliceLayout& layout) {
  SliceLatencies latencies;
  if (text.empty()) return latencies;
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::vector<std::string> fields = base::split(text.substr(0, slash), ',');
  const std::size_t sums = layout.is_capped ? 4 : 2;
  if (slash == text.size() || fields.size() != 1 + sums + layout.limits)
    fail(fmt::format("{} figures and a histogram", 1 + sums + layout.limits), text);
  const std::int64_t count = latencies.count = count_of(fields[0]);
  latencies.sum = sum_of(fields[1], count, kLongestMsec);
  latencies.squares = sum_of(fields[2], count, kLongestMsec * kLongestMsec);
  if (layout.is_capped) {
    latencies.capped_sum = sum_of(fields[3], count, kLongestMsec);
    latencies.capped_squares = sum_of(fields[4], count, kLongestMsec * kLongestMsec);
  }
  for (std::size_t i = 1 + sums; i < fields.size(); ++i) {
    latencies.above.push_back(count_of(fields[i]));
    if (latencies.above.back() > count) fail(fmt::format("at most {} above a limit", count), fields[i]);
  }
  const auto histogram = stats::Sketch::parse(text.substr(slash + 1));
  if (count == 0 || !histogram || !agrees(*histogram, count))
    fail(fmt::format("a histogram of {} latencies", count), text.substr(slash + 1));
  latencies.histogram = *histogram;
  return latencies;
}

LoadSlice slice_of(std::string_view line, const SliceLayout& layout) {
  std::vector<std::string> fields = base::split(line, ';');
  if (fields.size() > kMostParts) fail(fmt::format("at most {} parts", kMostParts), line);
  const bool has_inside = fields.size() > kOuterParts;
  fields.resize(kMostParts);
  LoadSlice slice{.ok = latencies_of(fields[0], layout), .failed = latencies_of(fields[1], layout)};
  if (!fields[2].empty()) slice.unanswered = count_of(fields[2]);
  if (!fields[3].empty()) slice.cut_short = count_of(fields[3]);
  if (!fields[4].empty())
    for (const std::string& count : base::split(fields[4], ',')) slice.errors.push_back(count_of(count));
  for (std::size_t i = 0; has_inside && i < LoadSlice::kInside; ++i)
    slice.inside.push_back(latencies_of(fields[kOuterParts + i], kInsideLayout));
  const auto errors = std::accumulate(slice.errors.begin(), slice.errors.end(), std::int64_t{0});
  if (layout.error_classes > 0 && errors != slice.error_count())
    fail(fmt::format("the classes of {} errors", slice.error_count()), fields[4]);
  if (!slice.errors.empty() && slice.errors.size() != layout.error_classes)
    fail(fmt::format("a count for each of {} classes", layout.error_classes), fields[4]);
  return slice;
}

}  // namespace

std::string to_text(const std::vector<LoadSlice>& slices, const SliceLayout& layout) {
  std::string text;
  for (const LoadSlice& slice : slices) text += text_of(slice, layout) + "\n";
  return text;
}

std::vector<LoadSlice> slices_of_text(std::string_view text, const SliceLayout& layout) {
  std::vector<LoadSlice> slices;
  while (!text.empty()) {
    if (slices.size() == LoadSlices::kMost)
      throw base::Error(fmt::format("more than {} slices", LoadSlices::kMost));
    const std::size_t end = std::min(text.find('\n'), text.size());
    try {
      slices.push_back(slice_of(text.substr(0, end), layout));
    } catch (const base::Error& error) {
      throw base::Error(fmt::format("line {}: {}", slices.size() + 1, error.what()));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return slices;
}

}  // namespace iter8::experiment
