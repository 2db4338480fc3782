#include "entrypoint/commands/calibrate.h"

#include <algorithm>
#include <ostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "entrypoint/console.h"
#include "entrypoint/process.h"
#include "entrypoint/signals.h"
#include "experiment/metric/metric_name.h"
#include "experiment/run/runner.h"
#include "verdict/calibration.h"

namespace iter8::entrypoint {

namespace {

using experiment::Experiment;
using verdict::CalibrationRow;

constexpr double kWanted = 0.05;
constexpr double kUsualChange = 0.1;

bool makes_load(const experiment::Step& step) {
  const std::vector<std::string> names = step.task->produces();
  return std::any_of(names.begin(), names.end(),
                     [](const std::string& name) { return experiment::is_load_metric(name); });
}

/// The metrics of loads that the file judges; the usual ones if there are none.
std::vector<std::string> metrics_of(const Experiment& experiment) {
  std::vector<std::string> metrics;
  for (const experiment::Step& step : experiment.tasks)
    for (const experiment::MetricLimit& limit : step.task->limits())
      if (experiment::is_load_metric(limit.metric) &&
          std::ranges::find(metrics, limit.metric) == metrics.end())
        metrics.push_back(limit.metric);
  if (metrics.empty())
    metrics = {"http/latency-mean", "http/latency-p50", "http/latency-p90", "http/latency-p99"};
  return metrics;
}

/// Only what sets the load up and makes it stays, and every version is the baseline under another name.
void make_equal(Experiment& experiment) {
  std::erase_if(experiment.tasks, [](const experiment::Step& step) { return !makes_load(step); });
  experiment.finally.clear();
  experiment.loop = {};
  if (experiment.tasks.empty()) throw base::Error("calibrate: the file has no task that generates load");
  for (const experiment::Step& step : experiment.tasks)
    if (step.task->named_versions() > 0)
      throw base::Error(fmt::format(
          "calibrate: the task {} names its versions itself (versionInfo), so they cannot be replaced by the "
          "baseline; name them in 'versions'",
          step.title()));
  const experiment::Version baseline = experiment.versions.front();
  for (experiment::Version& version : experiment.versions) version.values = baseline.values;
  if (experiment.versions.size() > 1) return experiment.versions.resize(2);
  experiment.versions.push_back(baseline);
  experiment.versions.back().name += " again";
}

/// One line a run says enough.
class NoProgress final : public experiment::Progress {
 public:
  void task_started(const experiment::TaskLabel&) override {}
  void load(const experiment::LiveLoad&) override {}
  void task_finished(const experiment::TaskLabel&, const experiment::Execution&) override {}
};

std::vector<experiment::Result> measured(Experiment& experiment, const CalibrateOptions& options,
                                         Process& process) {
  Console console(2, Terminal::of(2, process.environment));
  const Signals signals(process.worker, [&console] { console.abandon_live(); });
  const base::Logger log(
      options.log.threshold(process.environment), process.secrets,
      [&console](base::LogLevel level, std::string_view line) { console.line(level, line); });
  const base::Logger quiet(
      base::LogLevel::error, process.secrets,
      [&console](base::LogLevel level, std::string_view line) { console.line(level, line); });
  base::SystemClock clock;
  NoProgress progress;
  const experiment::RunContext run_context{.clock = clock,
                                           .log = quiet,
                                           .progress = progress,
                                           .environment = process.environment,
                                           .secrets = process.secrets,
                                           .stop = signals.token(),
                                           .stop_reason = [&signals] { return signals.name(); },
                                           .result_file = std::filesystem::absolute(experiment.file),
                                           .save = [](const experiment::Result&) {},
                                           .iter8_version = ITER8_VERSION};
  std::vector<experiment::Result> results;
  for (int i = 1; i <= options.runs; ++i) {
    experiment::Result result = run_experiment(experiment, run_context);
    if (!result.interrupted.empty()) {
      log.warning(fmt::format("stopped by {} after {} of {} runs", result.interrupted, i - 1, options.runs));
      break;
    }
    if (result.failure)
      throw base::Error(fmt::format("calibrate: run {} failed: {}", i,
                                    base::printable(result.executions.back().message, 500)));
    log.info(fmt::format("run {} of {}", i, options.runs));
    results.push_back(std::move(result));
  }
  return results;
}

std::string percent(double share) {
  return fmt::format("{:.3g} %", 100 * share);
}

std::string row_text(const CalibrationRow& row) {
  const int calls = 2 * row.runs;
  return fmt::format("{:<24} {:>7.3g} s {:>5} {:>14} {:>14} {:>10}\n", row.metric, row.seconds, row.runs,
                     fmt::format("{} of {}", row.wrong[0], calls),
                     fmt::format("{} of {}", row.wrong[2], calls),
                     row.visible_change ? percent(*row.visible_change) : "");
}

/// What to do about it, for one metric's shortest run.
std::string advice(const CalibrationRow& row) {
  const auto alpha = row.alpha_that_holds(kWanted);
  std::string text = "  " + row.metric + ": ";
  if (!alpha)
    text += fmt::format("no usual alpha holds on this machine at {:.3g} s: load for longer", row.seconds);
  else if (*alpha < kWanted)
    text += fmt::format("ask for alpha {} to be wrong in at most {} of runs", *alpha, percent(kWanted));
  else
    text += fmt::format("alpha {} holds, as far as {} runs can tell", kWanted, row.runs);
  if (row.visible_change && row.seconds > 0) {
    const double times = *row.visible_change / kUsualChange;
    text += fmt::format("; a change of {} shows in 80 % of runs of {:.2g} s", percent(kUsualChange),
                        std::max(1.6, row.seconds * times * times));
  }
  return text + "\n";
}

std::string table_of(const std::vector<CalibrationRow>& rows, const Experiment& experiment) {
  std::string text = fmt::format(
      "Every version was the baseline '{}'. A call on either side of a run is wrong.\n\n"
      "{:<24} {:>9} {:>5} {:>14} {:>14} {:>10}\n",
      base::printable(experiment.versions.front().name), "metric", "load", "runs", "wrong at 0.05",
      "wrong at 0.01", "visible");
  for (const CalibrationRow& row : rows) text += row_text(row);
  text += "\nvisible: the least change that 80 % of such runs would show at 0.05\n\n";
  for (const CalibrationRow& row : rows)
    if (row.loads == 1) text += advice(row);
  return text;
}

std::string json_of(const std::vector<CalibrationRow>& rows) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const CalibrationRow& row : rows) {
    nlohmann::ordered_json wrong = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < row.wrong.size(); ++i)
      wrong.push_back({{"alpha", verdict::kUsualAlphas[i]}, {"calls", row.wrong[i]}});
    nlohmann::ordered_json object{{"metric", row.metric},   {"loads", row.loads},
                                  {"seconds", row.seconds}, {"runs", row.runs},
                                  {"calls", 2 * row.runs},  {"wrong", std::move(wrong)}};
    if (row.visible_change) object["visibleChange"] = *row.visible_change;
    if (const auto alpha = row.alpha_that_holds(kWanted)) object["alphaThatHolds"] = *alpha;
    list.push_back(std::move(object));
  }
  return list.dump(1) + "\n";
}

}  // namespace

CLI::App* add_command(CLI::App& program, CalibrateOptions& options) {
  CLI::App* command = program.add_subcommand(
      "calibrate",
      "Run the file's load with equal versions, and say how often they would be called different");
  declare(*command, options.experiment);
  command->add_option("--runs", options.runs, "How many times the load runs")
      ->capture_default_str()
      ->check(CLI::Range(4, 10000));
  command->add_flag("--json", options.json, "Print the figures as JSON");
  declare(*command, options.log);
  return command;
}

int run(const CalibrateOptions& options, Process& process) {
  std::optional<Experiment> experiment = load(options.experiment, process);
  if (!experiment) return kUsage;
  const std::vector<std::string> metrics = metrics_of(*experiment);
  make_equal(*experiment);
  const std::vector<experiment::Result> results = measured(*experiment, options, process);
  if (results.empty()) return kFailed;
  const std::vector<CalibrationRow> rows = verdict::calibration_of(results, metrics);
  if (rows.empty())
    throw base::Error("calibrate: the load recorded none of the metrics that the file judges");
  process.out << (options.json ? json_of(rows) : table_of(rows, *experiment));
  return static_cast<int>(results.size()) < options.runs ? kFailed : kDone;
}

}  // namespace iter8::entrypoint
