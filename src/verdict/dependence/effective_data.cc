#include <cmath>

#include "stats/evidence/quantile.h"
#include "verdict/dependence/dependent_evidence.h"

namespace iter8::verdict {

using stats::ClusteredEstimate;

namespace {

/// One version's slices about its own value: of a quantile, those above it.
std::optional<MetricSlices> own_slices(const DependentData& data, const AccumulatedData& all) {
  if (data.source.quantity == Quantity::scalar) return std::nullopt;
  std::optional<double> above;
  if (data.source.quantity == Quantity::quantile) above = stats::quantile_of(all.cells, data.source.quantile);
  return metric_slices(data.store, {data.source, above}, data.version);
}

}  // namespace

std::optional<AccumulatedData> effective_data(const DependentData& data) {
  AccumulatedData all = data.store.data(data.source.series, data.version);
  const auto slices = own_slices(data, all);
  if (!slices) return std::nullopt;
  const ClusteredEstimate mean = stats::clustered_mean(all_slices(*slices));
  if (mean.invalid_reason) return std::nullopt;
  const double dispersion = stats::dispersion_of(mean, 0);
  all.counts = stats::scaled_by(all.counts, dispersion);
  for (stats::Cell& cell : all.cells) cell.count /= dispersion;
  if (data.source.quantity == Quantity::mean && mean.variance > 0)
    all.moments = {.count = stats::kSliceGroups,
                   .mean = all.moments.mean,
                   .variance = mean.variance * stats::kSliceGroups};
  return all;
}

std::optional<stats::Interval> dependent_interval(const DependentData& data) {
  const AccumulatedData& all = data.store.data(data.source.series, data.version);
  const auto slices = own_slices(data, all);
  if (!slices) return std::nullopt;
  const ClusteredEstimate mean = stats::clustered_mean(all_slices(*slices));
  const double alpha = data.rule.alpha_pass;
  const bool is_one_look = data.rule.mode == stats::Mode::fixed;
  if (mean.invalid_reason) return std::nullopt;
  if (data.source.quantity != Quantity::mean) {
    const auto worth = effective_data(data);
    if (data.source.quantity == Quantity::proportion)
      return is_one_look ? stats::credible_interval(worth->counts, 1 - alpha)
                         : stats::confidence_sequence(worth->counts, alpha);
    return is_one_look ? stats::quantile_interval(worth->cells, data.source.quantile, 1 - alpha)
                       : stats::quantile_sequence(worth->cells, data.source.quantile, alpha);
  }
  return is_one_look ? stats::clustered_interval(mean, alpha)
                     : stats::clustered_sequence(mean, alpha, data.store.look_number());
}

}  // namespace iter8::verdict
