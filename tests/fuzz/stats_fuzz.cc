// Numbers that no measurement should bring: whatever they are, nothing crashes or hangs, evidence stays
// finite, and what was refused decides nothing.
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "stats/evidence/autocorrelation.h"
#include "stats/evidence/mean.h"
#include "stats/evidence/mismatch.h"
#include "stats/evidence/quantile.h"
#include "stats/evidence/rate.h"
#include "stats/evidence/ratio.h"
#include "stats/evidence/strata.h"
#include "stats/posterior/planning.h"
#include "stats/posterior/posterior.h"
#include "stats/posterior/ranking.h"
#include "stats/posterior/weights.h"

namespace {

using namespace iter8::stats;  // NOLINT: all of it is under test

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const Evidence& found) {
  require(std::isfinite(found.log_pass) && std::isfinite(found.log_fail));
  require(found.p_pass >= 0 && found.p_fail >= 0);
  require(!(found.log_pass > 0 && found.log_fail > 0));
  for (const Mode mode : {Mode::fixed, Mode::anytime, Mode::hybrid})
    require(!found.invalid_reason || decision_of(found, {.mode = mode}) == Decision::undecided);
}

/// A number of any kind: one of the usual traps, a small whole one, or any bits.
class Numbers {
 public:
  Numbers(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  double next() {
    static constexpr std::array kTraps{0.0,  -0.0,      1.0,        -1.0, 0.5,  1e-300, 1e300,
                                       1e9,  kInfinity, -kInfinity, kNan, 0.01, 0.99,   9007199254740992.0,
                                       1e-9, 100.0};
    if (position_ >= size_) return 1;
    const std::uint8_t kind = data_[position_++];
    if (kind < 64) return kTraps[kind % kTraps.size()];
    if (kind < 224 || position_ + sizeof(double) > size_) return kind - 64;
    double value = 0;
    std::memcpy(&value, data_ + position_, sizeof value);
    position_ += sizeof value;
    return value;
  }
  Counts counts() { return {.events = next(), .total = next()}; }
  Moments moments() { return {.count = next(), .mean = next(), .variance = next(), .skewness = next()}; }
  std::vector<double> list(std::size_t n) {
    std::vector<double> values(n);
    for (double& value : values) value = next();
    return values;
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t position_ = 0;
};

void try_one_version(Numbers& in) {
  const Counts counts = in.counts();
  const double limit = in.next();
  for (const Side side : {Side::at_most, Side::at_least}) {
    check(evidence(counts, side, limit));
    const double p = probability(counts, side, limit);
    require(std::isnan(p) || (p >= 0 && p <= 1));
  }
  confidence_sequence(counts, 0.05);
  credible_interval(counts, 0.95);
  clean_units_missing(counts, limit, 0.05, Mode::anytime);
  check(evidence(in.moments(), Side::at_most, limit, in.next()));
  check(evidence(EventRate{in.next(), in.next()}, Side::at_most, limit));
  check(evidence(PairMoments{in.next(), in.next(), in.next(), in.next(), in.next(), in.next()}, Side::at_most,
                 limit, 5000));
  check(evidence(Exceedances{in.next(), in.next(), in.next()}, in.next(), Side::at_most));
}

void try_versions(Numbers& in) {
  ProportionStrata proportions{.margin = {.ratio = in.next(), .difference = in.next()}};
  ProportionStrata equal;
  MeanStrata means{.margin = {.ratio = in.next()}, .planned = in.next()};
  for (int look = 0; look < 3; ++look) {
    const CountsBlock block{.step = look / 2, .baseline = in.counts(), .candidate = in.counts()};
    proportions = next_state(proportions, block);
    equal = next_state(equal, block);
    means = next_state(means, MomentsBlock{.baseline = in.moments(), .candidate = in.moments()});
  }
  check(evidence(proportions));
  check(evidence(equal));
  check(evidence(means));
  const Posterior one = BetaPosterior{.a = in.next(), .b = in.next()};
  const Posterior other = BetaPosterior{.a = in.next(), .b = in.next()};
  comparison_of(one, other, Better::higher, 0.95);
  const std::array contenders{Contender{.posterior = one},
                              Contender{.posterior = other, .feasibility = in.next()}};
  const Ranking ranking = ranking_of(contenders, Better::lower);
  const std::vector<int> percents =
      weights(shares(Allocation::top_two, ranking, 2),
              std::vector{Eligibility::eligible, Eligibility::eligible}, {}, {});
  require(percents.size() == 2 && percents[0] + percents[1] == 100);
}

void try_lists(Numbers& in) {
  const std::vector<double> values = in.list(24);
  const std::vector<Cell> cells = cells_of(values);
  check(evidence(exceedances(cells, in.next()), 0.9, Side::at_most));
  quantile_interval(cells, 0.9, 0.95);
  quantile_sequence(cells, 0.9, 0.05);
  check(quantile_comparison(cells, cells_of(in.list(12)), 0.5, in.next()));
  warmup_length(values);
  batch_means(values, 0.95, 8);
  increase_of(values);
  largest_remainder(values, 100);
  const SplitState split = next_state({}, in.list(3), in.list(3));
  require(!std::isnan(log_evidence(split)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Numbers in(data, size);
  try_one_version(in);
  try_versions(in);
  try_lists(in);
  return 0;
}
