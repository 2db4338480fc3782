#include "tasks/assess/task.h"

#include <algorithm>
#include <set>
#include <string>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "experiment/metric/metric_name.h"
#include "experiment/version.h"
#include "stats/math/estimate.h"
#include "summary/open_questions.h"
#include "tasks/assess/options.h"
#include "verdict/accumulated_data.h"
#include "verdict/fast_failures.h"
#include "verdict/foresight.h"

namespace iter8::tasks::assess {

namespace {

using experiment::Assessment;
using experiment::Objective;
using experiment::Result;
using verdict::Criteria;
using verdict::EvidenceMode;
using verdict::PastLooks;

/// Whether objectives or rewards are written as older versions of Iter8 wanted them.
bool is_spelled_as_older(const config::Node& with) {
  using Kind = config::Node::Kind;
  for (const char* key : {"SLOs", "criteria", "testingPattern"})
    if (with.find(key)) return true;
  for (const char* key : {"slos", "rewards"})
    if (const config::Node* list = with.find(key)) {
      if (list->kind == Kind::map) return true;
      for (const config::Node& item : list->items)
        if (item.find("upperLimit") || item.find("lowerLimit") || item.find("preferredDirection"))
          return true;
    }
  return false;
}

bool leads_out(const std::filesystem::path& relative) {
  return !relative.is_absolute() && *relative.lexically_normal().begin() == "..";
}

/// Names a probability, a history or what to do when undecided.
bool asks_for_evidence(const AssessOptions& options, const config::Node& with) {
  const auto has = [](const auto& list, auto member) {
    return std::any_of(list.begin(), list.end(),
                       [&](const auto& each) { return (each.*member).has_value(); });
  };
  return with.find("alpha") || with.find("onInconclusive") || options.history || options.stop_on_loss ||
         options.stall || has(options.slos.items, &ObjectiveOptions::confidence) ||
         has(options.slos.items, &ObjectiveOptions::stall) ||
         has(options.rewards.items, &RewardOptions::mde) || (options.reward && options.reward->mde);
}

std::string message_of(const Assessment& assessment, const Result& result) {
  const auto met = std::count_if(assessment.objectives.begin(), assessment.objectives.end(),
                                 [](const Objective& objective) {
                                   return std::all_of(objective.versions.begin(), objective.versions.end(),
                                                      [](const auto& c) { return c.satisfied || !c.gate; });
                                 });
  std::string message = fmt::format("verdict {}", to_text(assessment.verdict));
  if (!assessment.objectives.empty())
    message += fmt::format(", {} of {} objectives satisfied", met, assessment.objectives.size());
  if (result.versions.size() > 1 && assessment.winner)
    message +=
        assessment.winner->found ? ", winner " + result.versions[*assessment.winner->version] : ", no winner";
  return message;
}

/// What relative limits are relative to.
void check_references(const Criteria& criteria, const std::vector<experiment::Version>& versions,
                      config::Problems& problems) {
  std::vector<std::string> names;
  for (const auto& version : versions) names.push_back(version.name);
  for (const verdict::ObjectiveOptions& objective : criteria.objectives) {
    if (!objective.relative_to) continue;
    const auto& [name, position] = *objective.relative_to;
    if (name == experiment::kPreviousRun) {
      if (criteria.history.empty()) problems.error(position, "relativeTo: previous needs a history");
    } else if (!experiment::find_version(names, name)) {
      problems.error(
          position,
          fmt::format("relativeTo: unknown version '{}'; expected one of {}, or previous{}",
                      base::printable(name), base::join(names, ", "), base::suggestion(name, names)));
    }
  }
}

/// Limits that every version meets, whatever it does.
void check_limits(const Criteria& criteria, std::size_t versions, config::Problems& problems) {
  for (const verdict::ObjectiveOptions& objective : criteria.objectives) {
    const bool is_of_this_run =
        !objective.relative_to || objective.relative_to->value != experiment::kPreviousRun;
    for (const auto& limit : {objective.upper, objective.lower})
      if (versions == 1 && is_of_this_run && limit && limit->relative())
        problems.error(
            objective.metric.position,
            fmt::format("{} is a change of the baseline, and there is only one version: expected the "
                        "baseline in front of it under versions, a limit that is not relative, or "
                        "relativeTo: previous",
                        to_text(*limit)));
    const double* number = objective.upper ? std::get_if<double>(&objective.upper->amount) : nullptr;
    if (number != nullptr && *number >= 1 && objective.metric.value.ends_with("/error-rate"))
      problems.warning(
          objective.metric.position,
          fmt::format("an error rate of {0} is every request, so that no version misses this limit; "
                      "for percent write {0}%",
                      to_text(*objective.upper)));
  }
}

/// Failures are often fast.
void check_rewards(const Criteria& criteria, config::Problems& problems) {
  for (const verdict::RewardOptions& reward : criteria.rewards) {
    const std::string& metric = reward.metric.value;
    if (!verdict::is_load_latency(metric) || verdict::judges_errors(criteria, metric)) continue;
    problems.warning(reward.metric.position,
                     fmt::format("{} is rewarded and no objective limits errors, which are often fast; "
                                 "expected one such as {{metric: {}/error-rate, upper: 1%}} in slos",
                                 base::printable(metric), base::printable(experiment::provider_of(metric))));
  }
}

std::unique_ptr<experiment::Task> build(const config::Node& with, experiment::BuildContext& context) {
  AssessOptions options;
  if (!config::fields_of<AssessOptions>().read(with, context.problems, options)) return nullptr;
  Criteria criteria = criteria_of(options);
  const bool is_older = is_spelled_as_older(with);
  // Older files are judged as they were: every version, by the bare numbers.
  if (is_older) criteria.judged = verdict::Judged::every_version;
  if (!criteria.evidence && is_older && !asks_for_evidence(options, with))
    criteria.evidence = EvidenceMode::point;

  if (criteria.objectives.empty() && criteria.rewards.empty() && criteria.indicators.empty())
    context.problems.warning(context.position, "nothing to assess; expected slos or a reward");
  const std::size_t before = context.problems.all().size();
  const bool is_fixed = criteria.evidence == EvidenceMode::fixed || criteria.evidence == EvidenceMode::hybrid;
  if (options.history && leads_out(options.history->value))
    context.problems.error(
        options.history->position,
        "history: expected a file in or below the experiment's folder, or an absolute path");
  if (options.history && is_fixed)
    context.problems.error(options.history->position,
                           "history needs evidence that holds at every look of every run: anytime");
  check_rewards(criteria, context.problems);
  if (context.problems.has_errors_since(before)) return nullptr;
  const auto spelling = is_older ? experiment::FileSpelling::older : experiment::FileSpelling::native;
  return std::make_unique<AssessTask>(std::move(criteria), spelling, context.position);
}

/// The metrics that `criteria` judges by, the slices of their loads, and the looks of this task.
Result contribution_of(const Result& result, const Criteria& criteria, const Assessment& assessment,
                       int line) {
  Result part = result;
  part.executions.clear();
  part.metrics.clear();
  std::set<std::string> providers;
  const auto keep = [&](const std::string& metric) {
    providers.insert(experiment::provider_of(metric));
    const auto series = result.metrics.find(verdict::source_of(result, metric).series);
    if (series != result.metrics.end()) part.metrics.insert(*series);
  };
  for (const auto& objective : criteria.objectives) keep(objective.metric.value);
  for (const auto& reward : criteria.rewards) keep(reward.metric.value);
  std::erase_if(part.series, [&](const experiment::LoadSeries& series) {
    return series.slices.empty() || !providers.contains(series.provider);
  });
  for (experiment::LoadSeries& series : part.series) series.blocks = {};
  part.assessment = Assessment{.verdict = assessment.verdict};
  if (result.assessment)
    for (const experiment::Look& look : result.assessment->looks)
      if (look.line == line) part.assessment->looks.push_back(look);
  if (!assessment.looks.empty()) part.assessment->looks.push_back(assessment.looks.back());
  for (experiment::Look& look : part.assessment->looks) look.line = 0;
  return part;
}

/// Judges the looks of a run once more.
PastLooks replay(PastLooks past, const Criteria& criteria, const Result& result, int line, int iterations) {
  if (!result.assessment) return past;
  for (const experiment::Look& look : result.assessment->looks)
    if (look.line == line)
      past = judge(criteria, result,
                   {.iteration = look.iteration, .iterations = iterations, .look = stats::Look::interim},
                   std::move(past))
                 .looks;
  return past;
}

}  // namespace

/// The history's file. Throws base::Error when a link leads out of the experiment's folder.
std::filesystem::path AssessTask::history_file(const experiment::Context& context) const {
  std::filesystem::path file = context.directory / criteria_.history;
  if (!std::filesystem::path(criteria_.history).is_absolute() && !base::is_below(file, context.directory))
    throw base::Error(
        fmt::format("history {}: it lies outside of the experiment's folder", criteria_.history));
  return file;
}

/// Every look before this one: of earlier runs, and of this one before it was resumed.
PastLooks AssessTask::looks_so_far(const experiment::Context& context) {
  const Result& result = context.result;
  PastLooks past;
  std::vector<experiment::Warning> warnings;
  if (!criteria_.history.empty()) {
    const std::vector<HistoryRun> history = read_history(history_file(context));
    const std::string digest = digest_of(context.versions);
    const HistoryRun* previous = nullptr;
    int others = 0;
    for (const HistoryRun& run : history) {
      if (is_same_run(run.result, result)) continue;
      if (run.result.versions.size() == result.versions.size()) previous = &run;
      if (run.versions_digest != digest) {
        ++others;
        continue;
      }
      past = replay(std::move(past), criteria_, run.result, 0, context.iterations);
      past.store.begin_run();
    }
    if (others > 0)
      warnings.push_back(
          {.code = "history-other-versions",
           .message = fmt::format("{} earlier runs in the history were of other versions; their "
                                  "evidence does not count for these",
                                  others)});
    if (previous) past.previous_run.emplace(previous->result);
    past.this_run.emplace();
  }
  past = replay(std::move(past), criteria_, result, line_, context.iterations);
  past.warnings = std::move(warnings);
  return past;
}

Assessment AssessTask::assess_with_past(const experiment::Context& context) {
  const int iteration =
      context.section == experiment::Section::tasks ? context.iteration : context.iterations;
  // A further attempt in the same iteration starts from what is recorded.
  const bool is_next = looks_ && last_look_ < iteration;
  PastLooks past = is_next ? std::move(*looks_) : looks_so_far(context);
  looks_.reset();
  const bool is_last = iteration >= context.iterations;
  auto [assessment, looks] = judge(criteria_, context.result,
                                   {.iteration = iteration,
                                    .iterations = context.iterations,
                                    .look = is_last ? stats::Look::last : stats::Look::interim,
                                    .line = line_},
                                   std::move(past));
  looks_ = std::move(looks);
  last_look_ = iteration;
  if (!criteria_.history.empty())
    write_history(history_file(context),
                  {.versions_digest = digest_of(context.versions),
                   .result = contribution_of(context.result, criteria_, assessment, line_)},
                  context.secrets);
  std::vector<experiment::Look> earlier;
  if (context.result.assessment)
    for (const experiment::Look& look : context.result.assessment->looks)
      if (look.line == line_ && look.iteration < iteration) earlier.push_back(look);
  assessment.looks.insert(assessment.looks.begin(), earlier.begin(), earlier.end());
  return std::move(assessment);
}

/// Of a loop that goes on: what is still open at this look, and why.
void AssessTask::log_open(const Assessment& assessment, const experiment::Context& context) const {
  constexpr std::size_t kMost = 5;
  if (context.iterations < 2) return;
  const std::vector<std::string> questions = summary::open_questions(assessment, context.result);
  const std::string look = fmt::format("look {} of {}", context.iteration, context.iterations);
  for (std::size_t i = 0; i < std::min(questions.size(), kMost); ++i)
    context.log.info(look + ": still open: " + questions[i]);
  if (questions.size() > kMost)
    context.log.info(fmt::format("{}: {} more are open", look, questions.size() - kMost));
}

experiment::Outcome AssessTask::run(const experiment::Context& context) {
  const Result& result = context.result;
  const bool judges = !criteria_.objectives.empty() || !criteria_.rewards.empty();
  const bool shows = !criteria_.indicators.empty() && spelling_ == experiment::FileSpelling::native;
  if (!judges && !shows) return {.message = "nothing to assess"};
  const bool has_past = uses_evidence(criteria_, context.iterations) || !criteria_.history.empty();
  Assessment assessment =
      has_past ? assess_with_past(context)
               : judge(criteria_, result, {.iterations = context.iterations, .line = line_}, {}).assessment;
  if (!judges) {  // indicators have intervals and comparisons, and nothing that a verdict could rest on
    assessment.winner.reset();
    assessment.weights.clear();
    return {.message = "nothing to judge; the indicators are shown", .assessment = std::move(assessment)};
  }
  log_open(assessment, context);
  std::string message = message_of(assessment, result);
  return {.message = std::move(message), .assessment = std::move(assessment)};
}

std::vector<std::string> AssessTask::plan(const std::vector<experiment::Version>&) const {
  std::vector<std::string> lines;
  for (const auto& objective : criteria_.objectives)
    lines.push_back("objective " + description_of(objective));
  for (const auto& reward : criteria_.rewards) {
    const bool is_high = reward.direction == experiment::Direction::high;
    lines.push_back(fmt::format("reward {}, {} is better", reward.metric.value, is_high ? "high" : "low"));
  }
  if (lines.empty() && !criteria_.indicators.empty()) {
    std::vector<std::string> names;
    for (const auto& indicator : criteria_.indicators) names.push_back(indicator.value);
    lines.push_back("judges nothing, shows " + base::join(names, ", "));
  }
  return lines;
}

std::vector<experiment::MetricReference> AssessTask::consumes() const {
  std::vector<experiment::MetricReference> references;
  for (const auto& objective : criteria_.objectives) {
    auto& reference = references.emplace_back(
        experiment::MetricReference{objective.metric.value, objective.metric.position});
    for (const auto& limit : {objective.upper, objective.lower})
      if (limit && limit->kind() != experiment::UnitKind::none)
        reference.limits.push_back({.kind = limit->kind(), .text = to_text(*limit)});
  }
  for (const auto& reward : criteria_.rewards)
    references.push_back({reward.metric.value, reward.metric.position});
  for (const auto& indicator : criteria_.indicators)
    references.push_back({indicator.value, indicator.position});
  if (criteria_.request_count)
    references.push_back({criteria_.request_count->value, criteria_.request_count->position});
  return references;
}

std::vector<experiment::MetricLimit> AssessTask::limits() const {
  using experiment::LimitSide;
  std::vector<experiment::MetricLimit> limits;
  const auto add = [&](const std::string& metric, const std::optional<verdict::Limit>& limit,
                       LimitSide side) {
    if (!limit) return;
    const auto number = in_unit(*limit, experiment::unit_of("msec"));
    if (number)
      limits.push_back({.metric = metric, .limit = *number, .side = side, .kind = limit->kind()});
    else
      limits.push_back({.metric = metric, .limit = stats::kNan, .side = LimitSide::any});
  };
  for (const auto& objective : criteria_.objectives) {
    add(objective.metric.value, objective.upper, LimitSide::upper);
    add(objective.metric.value, objective.lower, LimitSide::lower);
  }
  for (const auto& reward : criteria_.rewards)
    limits.push_back({.metric = reward.metric.value, .limit = stats::kNan, .side = LimitSide::any});
  return limits;
}

void AssessTask::foresee(const experiment::Foresight& foresight, config::Problems& problems) const {
  const std::size_t before = problems.all().size();
  check_references(criteria_, foresight.versions, problems);
  check_limits(criteria_, foresight.versions.size(), problems);
  if (criteria_.pattern)
    if (const auto objection =
            objection_to(*criteria_.pattern, foresight.versions.size(), criteria_.rewards.size()))
      problems.error(position_, *objection);
  if (problems.has_errors_since(before)) return;
  for (const verdict::Shortage& shortage : shortages_of(criteria_, foresight))
    problems.warning(criteria_.objectives[shortage.objective].metric.position,
                     to_text(shortage, criteria_, foresight.iterations));
}

std::optional<experiment::FileSpelling> AssessTask::spelling() const {
  if (criteria_.objectives.empty() && criteria_.rewards.empty()) return std::nullopt;
  return spelling_;
}

experiment::TaskKind assess_kind() {
  return {.name = "assess",
          .aliases = {"assess-app-versions", "assess-versions"},
          .summary = "Judges recorded metrics: objectives, rewards and the winner",
          .options = config::fields_of<AssessOptions>().schema(),
          .build = build};
}

}  // namespace iter8::tasks::assess
