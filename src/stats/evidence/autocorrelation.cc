#include "stats/evidence/autocorrelation.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "stats/math/distributions.h"

namespace iter8::stats {
namespace {

constexpr std::size_t kSmallBatch = 5;
constexpr std::size_t kFewestForWarmup = 20;
constexpr std::size_t kFewestWindows = 8;

std::vector<double> means_of_batches(std::span<const double> values, std::size_t size) {
  std::vector<double> means;
  means.reserve(values.size() / size);
  for (std::size_t start = 0; start + size <= values.size(); start += size)
    means.push_back(moments_of(values.subspan(start, size)).mean);
  return means;
}

bool all_finite(std::span<const double> values) {
  return std::ranges::all_of(values, [](double value) { return std::isfinite(value); });
}

}  // namespace

// Cuts at the d that minimises the squared standard error of the rest, sum (Y - mean)^2/(k - d)^2; the sums
// run from the end, so that all d cost one pass.
std::size_t warmup_length(std::span<const double> values) {
  if (values.size() < kFewestForWarmup || !all_finite(values)) return 0;
  const std::vector<double> batches = means_of_batches(values, kSmallBatch);
  double count = 0;
  double mean = 0;
  double squares = 0;
  double least = kInfinity;
  std::size_t cut = 0;
  for (std::size_t i = batches.size(); i-- > 0;) {
    ++count;
    const double delta = batches[i] - mean;
    mean += delta / count;
    squares += delta * (batches[i] - mean);
    if (i > batches.size() / 2) continue;
    const double error = squares / (count * count);
    if (error <= least) {
      least = error;
      cut = i;
    }
  }
  return cut * kSmallBatch;
}

BatchMeans batch_means(std::span<const double> values, double level, std::size_t batches) {
  if (batches < 2 || values.size() < 2 * batches) return {.invalid_reason = InvalidReason::too_few};
  if (!all_finite(values)) return {.invalid_reason = InvalidReason::non_finite};
  const std::size_t size = values.size() / batches;
  const std::span<const double> used = values.last(size * batches);
  const Moments all = moments_of(used);
  const Moments of_means = moments_of(means_of_batches(used, size));
  if (!(all.variance > 0)) return {.invalid_reason = InvalidReason::no_variance};

  BatchMeans result{.mean = all.mean,
                    .variance_inflation = static_cast<double>(size) * of_means.variance / all.variance,
                    .freedom = static_cast<double>(batches - 1)};
  result.effective = all.count / std::max(1.0, result.variance_inflation);
  if (level > 0 && level < 1) {
    const double t = -student_quantile((1 - level) / 2, result.freedom);
    const double half = t * std::sqrt(of_means.variance / static_cast<double>(batches));
    result.interval = {.lower = all.mean - half, .upper = all.mean + half};
  }
  return result;
}

Counts effective_sample(const Counts& counts, double inflation) {
  const double factor = std::max(1.0, inflation);
  return {.events = counts.events / factor, .total = counts.total / factor};
}

Moments effective_sample(const Moments& moments, double inflation) {
  Moments result = moments;
  result.count = moments.count / std::max(1.0, inflation);
  return result;
}

// With few windows, batches of two: their variance beside that of the windows shows what neighbours share.
WindowMoments moments_of_windows(std::span<const double> values) {
  if (values.size() < kFewestWindows) return {.invalid_reason = InvalidReason::too_few};
  if (!all_finite(values)) return {.invalid_reason = InvalidReason::non_finite};
  WindowMoments result{.moments = moments_of(values)};
  const std::size_t batches = std::min(kBatches, values.size() / 2);
  const BatchMeans checked = batch_means(values, 0.95, batches);
  if (checked.invalid_reason) return {.moments = result.moments, .invalid_reason = checked.invalid_reason};
  result.inflation = std::max(1.0, checked.variance_inflation);
  if (result.inflation > kInflationWarning)
    result.moments = effective_sample(result.moments, result.inflation);
  return result;
}

Increase increase_of(std::span<const double> readings) {
  Increase result;
  for (std::size_t i = 1; i < readings.size(); ++i) {
    if (std::isnan(readings[i]) || std::isnan(readings[i - 1])) return {.amount = kNan};
    const bool is_reset = readings[i] < readings[i - 1];
    result.amount += is_reset ? readings[i] : readings[i] - readings[i - 1];
    result.resets += is_reset ? 1 : 0;
  }
  return result;
}

}  // namespace iter8::stats
