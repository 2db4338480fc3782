#include "experiment/result/load_slices_document.h"

#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "base/compression.h"
#include "base/duration.h"
#include "base/encoding.h"
#include "base/error.h"
#include "experiment/result/slice_text.h"

namespace iter8::experiment {

namespace {

/// Since 1970, and as long as a slice can be.
constexpr base::Duration kFarthest{std::int64_t{1} << 62};
/// 1024 slices with histograms of a few thousand characters.
constexpr std::size_t kMostText = 8 * 1024 * 1024;

SliceLayout layout_of(const LoadSeries& series) {
  return {.limits = series.limits.size(),
          .error_classes = series.error_classes.size(),
          .is_capped = series.cap.has_value()};
}

base::Duration width_of(const DocumentReader& place) {
  const double seconds = place.number();
  base::Duration width = stats::LoadSlices::kShortest;
  while (base::to_seconds(width) < seconds && width < kFarthest) width *= 2;
  if (base::to_seconds(width) != seconds) place.fail("0.05 seconds times a power of two");
  return width;
}

double msec_of(const DocumentReader& place) {
  const double msec = place.number();
  if (!std::isfinite(msec) || msec < 0) place.fail("a time in milliseconds");
  return msec;
}

std::vector<stats::LoadSlice> slices_of(const DocumentReader& data, const SliceLayout& layout) {
  const auto packed = base::from_base64(data.text());
  if (!packed) data.fail("slices in base64");
  try {
    return slices_of_text(base::decompress(*packed, kMostText), layout);
  } catch (const base::Error& error) {
    data.fail(fmt::format("packed slices ({})", error.what()));
  }
}

}  // namespace

Json slices_document(const LoadSeries& series) {
  if (series.slices.empty()) return {};
  Json object{{"width", base::to_seconds(series.slices.width())},
              {"first", series.slices.first()},
              {"limits", series.limits}};
  if (series.cap) object["cap"] = *series.cap;
  object["errorClasses"] = series.error_classes;
  object["data"] = base::base64(base::compress(to_text(series.slices.slices(), layout_of(series))));
  return object;
}

void read_slices(const DocumentReader& object, LoadSeries& series) {
  const base::Duration width = width_of(object.at("width"));
  const std::int64_t first = object.at("first").integer();
  if (first < 0 || first > kFarthest / width) object.at("first").fail("the number of a slice since 1970");
  for (const DocumentReader& limit : object.at("limits").items()) series.limits.push_back(msec_of(limit));
  if (const auto cap = object.find("cap")) series.cap = msec_of(*cap);
  for (const DocumentReader& name : object.at("errorClasses").items())
    series.error_classes.push_back(name.text());
  series.slices = {width, first, slices_of(object.at("data"), layout_of(series))};
}

}  // namespace iter8::experiment
