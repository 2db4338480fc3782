// OpenMetrics 1.0 text that older readers of the Prometheus text format understand as well, so every family
// is a gauge (a counter's TYPE line is spelled differently in the two). Names of metrics are labels: the
// families stay the same whatever an experiment measures.
#include <array>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "base/number.h"
#include "base/text.h"
#include "report/exposition.h"
#include "report/formats.h"
#include "summary/condition.h"
#include "summary/verdict.h"
#include "summary/wording.h"

namespace iter8::report {

using experiment::Result;
using experiment::Verdict;

namespace {

// Not as the label `quantile`, which belongs to summaries.
constexpr std::array<std::pair<const char*, double>, 5> kPercentiles = {
    {{"50", 50}, {"90", 90}, {"95", 95}, {"99", 99}, {"99.9", 99.9}}};

/// One family: its lines stand together, under its HELP and TYPE. One without samples is left out.
class Family {
 public:
  Family(std::string_view name, std::string_view help) : name_(name), help_(help) {}

  void add(const Labels& labels, const std::optional<double>& value) {
    const std::string series = std::string(name_) + labels_text(labels);
    if (!value || !std::isfinite(*value) || !seen_.insert(series).second) return;
    samples_ += series + " " + base::shortest(*value) + "\n";
  }

  std::string text() const {
    if (samples_.empty()) return {};
    return fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n{2}", name_, help_, samples_);
  }

 private:
  std::string_view name_;
  std::string_view help_;
  std::string samples_;
  std::set<std::string> seen_;  // a series may stand once only; an objective may be stated twice
};

std::string run_families(const Result& result, const std::string& experiment) {
  Family verdicts("iter8_verdict", "The verdict: 1 for the one that holds.");
  for (const Verdict verdict :
       {Verdict::pass, Verdict::fail, Verdict::inconclusive, Verdict::error, Verdict::skipped})
    verdicts.add({{"experiment", experiment}, {"verdict", std::string(to_text(verdict))}},
                 summary::verdict_of(result) == verdict ? 1.0 : 0.0);
  Family completed("iter8_run_completed", "Whether every task was completed.");
  completed.add({{"experiment", experiment}}, result.completed() ? 1.0 : 0.0);
  Family failed("iter8_run_failed", "Whether a task failed or the file was refused.");
  failed.add({{"experiment", experiment}}, result.failure || !result.file_problems.empty() ? 1.0 : 0.0);
  Family started("iter8_run_start_timestamp_seconds", "When the run began.");
  const auto seconds = [](base::WallTime time) {
    return static_cast<double>(
        std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
  };
  started.add({{"experiment", experiment}}, seconds(result.start));
  Family duration("iter8_run_duration_seconds", "How long the run took.");
  if (result.end) duration.add({{"experiment", experiment}}, seconds(*result.end) - seconds(result.start));
  return verdicts.text() + completed.text() + failed.text() + started.text() + duration.text();
}

std::string objective_families(const Result& result, const std::string& experiment) {
  Family satisfied("iter8_objective_satisfied", "Whether a version meets an objective.");
  Family value("iter8_objective_value", "What was measured for an objective, in the unit of its metric.");
  Family limit("iter8_objective_limit", "The limit of an objective, in the unit of its metric.");
  Family probability("iter8_objective_probability", "The probability that an objective is met.");
  if (result.assessment)
    for (const experiment::Objective& objective : result.assessment->objectives)
      for (std::size_t version = 0; version < objective.versions.size(); ++version) {
        const experiment::ObjectiveCheck& check = objective.versions[version];
        const Labels labels{{"experiment", experiment},
                            {"objective", summary::condition_text(objective, result)},
                            {"version", summary::version_name(result, version)}};
        satisfied.add(labels, check.satisfied ? 1.0 : 0.0);
        value.add(labels, check.value);
        limit.add(labels, check.limit);
        probability.add(labels, check.probability);
      }
  return satisfied.text() + value.text() + limit.text() + probability.text();
}

std::string metric_families(const Result& result, const std::string& experiment) {
  Family value("iter8_metric_value", "The latest value of a metric of the experiment, in its unit.");
  Family percentile("iter8_metric_percentile", "Percentiles of a histogram of the experiment, in its unit.");
  for (const auto& [name, series] : result.metrics)
    for (std::size_t version = 0; version < series.versions.size(); ++version) {
      Labels labels{{"experiment", experiment},
                    {"metric", name},
                    {"unit", series.info.unit},
                    {"version", summary::version_name(result, version)}};
      value.add(labels, latest_value(result, name, version));
      const experiment::MetricData* data = latest(result, name, version);
      if (!data || series.info.kind != experiment::MetricKind::histogram) continue;
      labels.emplace_back("percentile", "");
      for (const auto& [label, percent] : kPercentiles) {
        labels.back().second = label;
        percentile.add(labels, percentile_of(*data, percent));
      }
    }
  return value.text() + percentile.text();
}

std::string winner_family(const Result& result, const std::string& experiment) {
  Family winner("iter8_winner", "Whether a version is the winner.");
  if (result.assessment && result.assessment->winner)
    for (std::size_t version = 0; version < result.versions.size(); ++version)
      winner.add(
          {{"experiment", experiment}, {"version", summary::version_name(result, version)}},
          result.assessment->winner->found && result.assessment->winner->version == version ? 1.0 : 0.0);
  return winner.text();
}

}  // namespace

std::string labels_text(const Labels& labels) {
  std::string text;
  for (const auto& [name, value] : labels) {
    if (value.empty()) continue;
    std::string escaped = base::replace_all(base::printable(value, 1000), "\\", "\\\\");
    escaped = base::replace_all(std::move(escaped), "\"", "\\\"");
    text += fmt::format("{}{}=\"{}\"", text.empty() ? "" : ",", name, escaped);
  }
  return text.empty() ? text : "{" + text + "}";
}

std::string openmetrics(const Result& result) {
  const std::string& experiment = result.experiment_name;
  return run_families(result, experiment) + objective_families(result, experiment) +
         metric_families(result, experiment) + winner_family(result, experiment) + "# EOF\n";
}

}  // namespace iter8::report
