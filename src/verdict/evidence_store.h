#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "experiment/result/load_series.h"
#include "stats/dependence/clustered_evidence.h"
#include "stats/evidence/mismatch.h"
#include "stats/evidence/strata.h"
#include "verdict/accumulated_data.h"

namespace iter8::verdict {

/// Two versions compared on one series: "candidate <= ratio * reference".
struct ComparisonKey {
  std::string series;
  std::size_t reference = 0;
  std::size_t candidate = 1;
  double ratio = 1;
  double width = stats::kMixtureWidth;

  // NOLINTNEXTLINE(modernize-use-nullptr): a defaulted <=> has no null pointer; clang-tidy 14 sees one
  auto operator<=>(const ComparisonKey&) const = default;
};

/// Its state over the looks: one of the two, by the kind of data.
struct Comparison {
  stats::ProportionStrata counts;
  stats::MeanStrata means;
};

/// One load on one version, in slices of time.
struct RecordedLoad {
  int run = 0;   // numbers the runs of a history
  int step = 0;  // numbers the traffic splits
  std::shared_ptr<const experiment::LoadSeries> load;
};

/// All data that an assessment judges by, look by look: a pure function of the observations and of
/// the iterations at which it looked, so that a resumed run or a history can be replayed. Passive; one
/// thread.
class EvidenceStore {
 public:
  /// Takes in what the result holds up to this iteration and did not hold at the look before.
  void look(const experiment::Result& result, int iteration);
  /// The observations that follow belong to another run of the same versions.
  void begin_run();

  /// Nothing recorded: no data.
  const AccumulatedData& data(const std::string& series, std::size_t version) const;
  /// The state of the comparison up to the latest look; the first time all data so far count as one stratum.
  const Comparison& comparison(const ComparisonKey& key);

  /// What one provider's loads on a version recorded in slices of time, in order.
  const std::vector<RecordedLoad>& loads(const std::string& provider, std::size_t version) const;

  /// How many looks are declared, for evidence that is sharpest at the last one.
  void plan_looks(int looks) { planned_looks_ = looks; }
  stats::LookNumber look_number() const;

  /// Numbers the traffic splits.
  int step() const { return step_; }
  int looks() const { return looks_; }

 private:
  void take_loads(const experiment::Result& result, int iteration);
  void advance(const ComparisonKey& key, Comparison& comparison, bool is_new) const;

  std::map<std::string, std::vector<AccumulatedData>> data_;
  std::map<std::string, std::vector<std::size_t>> taken_;  // observations of the run that were taken in
  std::map<ComparisonKey, Comparison> comparisons_;
  std::vector<int> weights_;
  std::map<std::string, std::vector<std::vector<RecordedLoad>>> loads_;
  std::size_t taken_loads_ = 0;  // of the run
  int run_ = 0;
  int step_ = 0;
  int looks_ = 0;
  int planned_looks_ = 1;
};

/// The run before this one, which "relativeTo: previous" means: its metrics, and all its data. A plain value.
struct PreviousRun {
  explicit PreviousRun(experiment::Result recorded);

  experiment::Result result;
  EvidenceStore store;
};

}  // namespace iter8::verdict
