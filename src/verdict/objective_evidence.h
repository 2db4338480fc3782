#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiment/assessment.h"
#include "stats/evidence/evidence.h"
#include "verdict/accumulated_data.h"
#include "verdict/dependence/dependent_evidence.h"

namespace iter8::verdict {

/// The limits of an objective as numbers in the metric's unit.
struct Bounds {
  std::optional<double> upper;
  std::optional<double> lower;
};

/// What the data of one version say about one objective. Values are in the metric's unit.
struct ObjectiveEvidence {
  stats::Evidence evidence;                 // that every limit is met
  std::optional<double> value;              // the estimate from all data; nothing for none
  std::optional<double> probability;        // that the objective is met, by the posterior; 0 to 1
  std::optional<stats::Interval> interval;  // of the value
  double samples = 0;                       // requests, visits, values: what the metric counts
  std::optional<double> needed;             // samples in all that would settle it, if they go on as they did
  std::optional<Dependence> dependence;     // where requests are not taken for independent
  std::vector<experiment::Warning> warnings;
};

/// Against limits that are numbers; the formulas, and where they come from, stand in stats/evidence.
/// `planned` is the number of samples that the run is going to take, where it is known. `subject`
/// ("http/error-rate of 'candidate'") begins the sentences of warnings. `rule` decides what kind of interval
/// fits: of one look, or valid at all looks. `dependent` is where the data come from, if neighbouring
/// requests may depend on each other; null for values that are windows of their own.
ObjectiveEvidence evidence_about(const AccumulatedData& data, const MetricSource& source,
                                 const Bounds& bounds, const stats::Rule& rule, double planned,
                                 const std::string& subject, const DependentData* dependent = nullptr);

/// Adds what one more limit's evidence rests on; the less favourable of both is kept.
void add_dependence(ObjectiveEvidence& finding, const Dependence& dependence);

/// The least number of samples at which an upper limit can be certified, if none of them is above it; NaN for
/// means.
double clean_samples(const MetricSource& source, double upper, const stats::Rule& rule);

/// How many units there are.
double samples_of(const AccumulatedData& data, const MetricSource& source);
/// The number that stands for the data; nothing for none.
std::optional<double> estimate_of(const AccumulatedData& data, const MetricSource& source);
/// A credible interval at 1 - alpha for one look, else a confidence sequence. Nothing for invalid data.
std::optional<stats::Interval> interval_of(const AccumulatedData& data, const MetricSource& source,
                                           const stats::Rule& rule, double planned);

}  // namespace iter8::verdict
