#include "report/summary_grids.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/number.h"
#include "summary/condition.h"
#include "summary/numbers.h"
#include "summary/verdict.h"
#include "summary/wording.h"

namespace iter8::report {

using experiment::Objective;
using experiment::ObjectiveCheck;
using experiment::Result;
using experiment::Verdict;

namespace {

using Align = Grid::Align;
using Cell = Grid::Cell;

constexpr std::size_t kMostRows = 12;  // of one table; more do not fit a screen

/// "✓", "✗", "?", and "!" for what is not met but decides nothing.
Cell sign_cell(const Objective& objective, std::size_t version, const TextStyle& style) {
  const ObjectiveCheck& check = objective.versions[version];
  if (check.satisfied) return {.text = shown("✓", style), .ink = Ink::good};
  if (!gates(objective, version)) return {.text = "!", .ink = Ink::open};
  if (check.verdict == Verdict::fail) return {.text = shown("✗", style), .ink = Ink::bad};
  return {.text = "?", .ink = Ink::open};
}

/// Empty for a lone version that the file does not name.
Cell version_cell(const Result& result, std::size_t version, const TextStyle& style) {
  const std::string name = summary::version_name(result, version);
  if (result.versions.size() == 1 && name == std::to_string(version)) return {};
  return {shown(summary::version_label(result, version), style)};
}

std::string probability_of(const std::optional<double>& probability) {
  return probability ? base::probability_text(*probability) : "";
}

std::vector<Cell> objective_row(const Result& result, const Objective& objective, std::size_t version,
                                const TextStyle& style) {
  const ObjectiveCheck& check = objective.versions[version];
  const auto metric = metric_info(result, objective.metric);
  const Cell sign = sign_cell(objective, version, style);
  return {sign,
          {shown(objective.metric, style)},
          version_cell(result, version, style),
          {.text = check.value ? shown(summary::metric_quantity(*check.value, metric), style) : "no data",
           .ink = check.satisfied ? Ink::plain : sign.ink},
          {shown(summary::limit_of_version(objective, version, result), style)},
          {check.interval ? shown(summary::range_text(*check.interval, metric), style) : ""},
          {probability_of(check.probability)},
          {check.samples ? summary::grouped_count(*check.samples) : ""},
          {check.limit ? shown(summary::changes_text(objective), style) : ""}};
}

/// One objective of one version.
struct Row {
  const Objective* objective = nullptr;
  std::size_t version = 0;

  bool is_met() const { return objective->versions[version].satisfied; }
};

std::vector<Row> rows_of(const Result& result) {
  std::vector<Row> rows;
  if (!result.assessment) return rows;
  for (const Objective& objective : result.assessment->objectives)
    for (std::size_t version = 0; version < objective.versions.size(); ++version)
      rows.push_back({.objective = &objective, .version = version});
  return rows;
}

std::string latency_text(const Result& result, const std::string& metric, std::size_t version) {
  const auto value = latest_value(result, metric, version);
  return value ? summary::quantity(*value, "") : "";
}

Cell errors_cell(double errors, double requests) {
  std::string text = summary::grouped_count(std::llround(errors));
  if (errors > 0 && requests > 0) text += " (" + summary::quantity(100 * errors / requests, "%") + ")";
  return {.text = text, .ink = errors > 0 ? Ink::bad : Ink::plain};
}

/// "http", "http-cart": whose loads the result holds.
std::vector<std::string> load_providers(const Result& result) {
  std::vector<std::string> providers;
  for (const auto& [name, series] : result.metrics) {
    const std::string provider = name.substr(0, name.find('/'));
    if (name == provider + "/error-count" && result.metrics.contains(provider + "/rate-achieved"))
      providers.push_back(provider);
  }
  return providers;
}

std::vector<Cell> load_row(const Result& result, const std::string& provider, std::size_t version,
                           const TextStyle& style) {
  const double requests = latest_value(result, provider + "/request-count", version).value_or(0);
  const double errors = latest_value(result, provider + "/error-count", version).value_or(0);
  std::vector<Cell> row = {{" "},
                           {shown(provider, style)},
                           version_cell(result, version, style),
                           {summary::grouped_count(std::llround(requests))},
                           {latency_text(result, provider + "/rate-achieved", version)},
                           errors_cell(errors, requests)};
  for (const char* latency : {"/latency-p50", "/latency-p95", "/latency-p99", "/latency-max"})
    row.push_back({latency_text(result, provider + latency, version)});
  return row;
}

}  // namespace

Grid load_grid(const Result& result, const TextStyle& style) {
  Grid grid{.columns = {{},
                        {.title = "load", .is_name = true},
                        {.title = "version", .is_name = true},
                        {.title = "requests", .align = Align::right},
                        {.title = "rate/s", .align = Align::right, .leaves = 4},
                        {.title = "errors", .align = Align::right},
                        {.title = "p50 ms", .align = Align::right, .leaves = 2},
                        {.title = "p95 ms", .align = Align::right, .leaves = 3},
                        {.title = "p99 ms", .align = Align::right},
                        {.title = "max ms", .align = Align::right, .leaves = 1}}};
  const std::vector<std::string> providers = load_providers(result);
  for (const std::string& provider : providers) {
    for (std::size_t version = 0; version < result.versions.size() && grid.rows.size() < kMostRows;
         ++version) {
      if (!latest_value(result, provider + "/error-count", version)) continue;
      grid.rows.push_back(load_row(result, provider, version, style));
      if (providers.size() == 1) grid.rows.back()[1] = {};  // says nothing
    }
  }
  return grid;
}

ObjectiveGrid objective_grid(const Result& result, const TextStyle& style) {
  ObjectiveGrid table{.grid = {.columns = {{},
                                           {.title = "objective", .is_name = true},
                                           {.title = "version", .is_name = true},
                                           {.title = "value", .align = Align::right},
                                           {.title = "limit"},
                                           {.title = "interval", .leaves = 4},
                                           {.title = "P(met)", .align = Align::right, .leaves = 2},
                                           {.title = "samples", .align = Align::right, .leaves = 1},
                                           {.title = "relative", .leaves = 3}}}};
  std::vector<Row> rows = rows_of(result);
  if (rows.size() > kMostRows)
    std::stable_partition(rows.begin(), rows.end(), [](const Row& row) { return !row.is_met(); });
  for (const Row& row : rows) {
    if (table.grid.rows.size() < kMostRows)
      table.grid.rows.push_back(objective_row(result, *row.objective, row.version, style));
    else
      ++(row.is_met() ? table.hidden_met : table.hidden_unmet);
  }
  return table;
}

Grid reward_grid(const Result& result, const TextStyle& style) {
  Grid grid{.columns = {{},
                        {.title = "reward", .is_name = true},
                        {.title = "version", .is_name = true},
                        {.title = "value", .align = Align::right},
                        {.title = "interval", .leaves = 3},
                        {.title = "lift", .align = Align::right, .leaves = 4},
                        {.title = "lift interval", .leaves = 2},
                        {.title = "P(best)", .align = Align::right},
                        {.title = "better", .leaves = 1}}};
  if (!result.assessment) return grid;
  for (const auto& reward : result.assessment->rewards) {
    const auto metric = metric_info(result, reward.metric);
    for (std::size_t version = 0; version < reward.versions.size() && grid.rows.size() < kMostRows;
         ++version) {
      const auto& check = reward.versions[version];
      const bool is_best = reward.best.size() == 1 && reward.best.front() == version;
      grid.rows.push_back(
          {is_best ? Cell{.text = shown("★", style), .ink = Ink::good} : Cell{" "},
           {shown(reward.metric, style)},
           version_cell(result, version, style),
           {check.value ? shown(summary::metric_quantity(*check.value, metric), style) : "no data"},
           {check.interval ? shown(summary::range_text(*check.interval, metric), style) : ""},
           {check.lift ? summary::change_text(*check.lift) : ""},
           {check.lift_interval ? summary::change_text(check.lift_interval->first) + " to " +
                                      summary::change_text(check.lift_interval->second)
                                : ""},
           {probability_of(check.probability_best)},
           {std::string(to_text(reward.direction))}});
    }
  }
  return grid;
}

Grid indicator_grid(const Result& result, const TextStyle& style) {
  Grid grid{.columns = {{},
                        {.title = "metric", .is_name = true},
                        {.title = "version", .is_name = true},
                        {.title = "value", .align = Align::right},
                        {.title = "interval", .leaves = 3},
                        {.title = "lift", .align = Align::right, .leaves = 1},
                        {.title = "P(best)", .align = Align::right, .leaves = 2}}};
  const auto& assessment = result.assessment;
  if (!assessment || !assessment->objectives.empty() || !assessment->rewards.empty()) return grid;
  for (const auto& comparison : assessment->comparisons) {
    const auto metric = metric_info(result, comparison.metric);
    for (std::size_t version = 0; version < comparison.versions.size() && grid.rows.size() < kMostRows;
         ++version) {
      const auto& check = comparison.versions[version];
      grid.rows.push_back(
          {{" "},
           {shown(comparison.metric, style)},
           version_cell(result, version, style),
           {check.value ? shown(summary::metric_quantity(*check.value, metric), style) : "no data"},
           {check.interval ? shown(summary::range_text(*check.interval, metric), style) : ""},
           {check.lift ? summary::change_text(*check.lift) : ""},
           {probability_of(check.probability_best)}});
    }
  }
  return grid;
}

}  // namespace iter8::report
