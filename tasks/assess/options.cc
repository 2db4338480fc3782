#include "tasks/assess/options.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "experiment/metric/metric_name.h"
#include "tasks/assess/checks.h"

namespace iter8::verdict {

using config::Fields;
using config::Node;
using config::Problems;
using tasks::assess::metric_name;
using tasks::assess::proper_share;

namespace {

using experiment::UnitKind;

/// The kind of unit of a load task's metric, by the name after its provider; nothing where it is not known
/// here.
std::optional<UnitKind> load_unit(std::string_view name) {
  const auto starts = [name](const char* start) { return name.starts_with(start); };
  if (name == "error-rate" || name == "rate-ratio" || name == "worker-cpu" || name == "lost-time" ||
      name == "latency-above-cap")
    return UnitKind::share;
  if (name.ends_with("-count") || starts("status-") || starts("errors-")) return UnitKind::none;
  const bool is_time =
      std::ranges::any_of(std::array{"latency", "ok-latency", "service", "lateness", "queued-p"}, starts);
  return is_time || experiment::is_time_inside_response(name) ? std::optional(UnitKind::time) : std::nullopt;
}

/// What is wrong with a limit on a metric of a load task; empty for nothing.
std::string objection_to(const Limit& limit, const std::string& metric) {
  if (!experiment::is_load_metric(metric)) return {};
  const std::string_view name = experiment::name_in_provider(metric);
  const auto unit = load_unit(name);
  if (unit && limit.kind() != UnitKind::none && limit.kind() != *unit)
    return fmt::format("is a {}; expected a {}", limit.kind() == UnitKind::time ? "time" : "share",
                       *unit == UnitKind::time ? "time" : "number");
  const bool is_proportion = name == "error-rate" || name == "latency-above-cap";
  const auto part = is_proportion ? in_unit(limit, experiment::unit_of("share")) : std::nullopt;
  if (part && (*part < 0 || *part > 1)) return "is not a share; expected 0 to 1, or a percentage such as 1%";
  return {};
}

/// Whether no value meets both limits, as far as that can be said before the metric's unit is known.
bool is_empty_range(const Limit& lower, const Limit& upper) {
  if (lower.kind() != upper.kind()) return false;
  const experiment::Unit unit{.kind = upper.kind()};
  const auto least = in_unit(lower, unit);
  const auto most = in_unit(upper, unit);
  return least && most && *least > *most;
}

void check_limits(const ObjectiveOptions& objective, const Node& node, Problems& problems) {
  if (!objective.upper && !objective.lower)
    problems.error(node.position,
                   "objective on '" + objective.metric.value + "' has no limit; expected upper or lower");

  const std::string metric = experiment::canonical_metric_name(objective.metric.value);
  for (const auto& limit : {objective.upper, objective.lower})
    if (const std::string objection = limit ? objection_to(*limit, metric) : ""; !objection.empty())
      problems.error(node.position, "limit " + to_text(*limit) + " of '" + metric + "' " + objection);
  const bool is_relative =
      (objective.upper && objective.upper->relative()) || (objective.lower && objective.lower->relative());
  if (objective.relative_to && !is_relative)
    problems.error(objective.relative_to->position, "relativeTo needs a relative limit such as +10%");

  if (objective.upper && objective.lower && is_empty_range(*objective.lower, *objective.upper))
    problems.error(node.position, "lower limit " + to_text(*objective.lower) + " of '" + metric +
                                      "' is above its upper limit " + to_text(*objective.upper));
}

}  // namespace

const Fields<ObjectiveOptions>& fields_of(const ObjectiveOptions*) {
  static const auto fields =
      Fields<ObjectiveOptions>{}
          .required("metric", &ObjectiveOptions::metric, "The metric, provider/name", metric_name())
          .optional("upper", &ObjectiveOptions::upper,
                    "Most it may be: a number in its unit, a time (250ms), a share (1%), or relative (+10%)")
          .alias("upperLimit")
          .optional("lower", &ObjectiveOptions::lower,
                    "Least it may be: a number in its unit, a time (250ms), a share (1%), or relative (-5%)")
          .alias("lowerLimit")
          .optional("relativeTo", &ObjectiveOptions::relative_to,
                    "What a relative limit is relative to: a version, or previous (run, needs history)")
          .shown_default("the baseline")
          .optional("confidence", &ObjectiveOptions::confidence,
                    "1 - alpha of this objective, for a wrong pass and a wrong fail",
                    config::if_given(proper_share()))
          .optional("evidence", &ObjectiveOptions::evidence, "As of the task, for this objective")
          .optional("noData", &ObjectiveOptions::no_data, "As of the task, for this objective")
          .optional("stall", &ObjectiveOptions::stall, "As of the task, for this objective",
                    config::if_given(config::longer_than_zero()))
          .optional("weight", &ObjectiveOptions::weight, "In the score", config::positive())
          .optional("key", &ObjectiveOptions::key, "With a score: a fail here fails the version")
          .optional("gate", &ObjectiveOptions::gate, "false: judged and shown, but no verdict depends on it")
          .rule(check_limits);
  return fields;
}

const Fields<RewardOptions>& fields_of(const RewardOptions*) {
  static const auto fields =
      Fields<RewardOptions>{}
          .required("metric", &RewardOptions::metric, "The metric versions compete in, provider/name",
                    metric_name())
          .optional("direction", &RewardOptions::direction,
                    "Whether more (high) or less (low) of it is better")
          .alias("preferredDirection")
          .optional("mde", &RewardOptions::mde, "Smallest effect of interest, as a share: 0.1 for 10 %",
                    config::if_given(proper_share()));
  return fields;
}

const Fields<ScoreOptions>& fields_of(const ScoreOptions*) {
  static const auto fields =
      Fields<ScoreOptions>{}
          .optional("pass", &ScoreOptions::pass, "Least score of a pass, percent", config::between(0, 100))
          .optional("warning", &ScoreOptions::warning, "Lowest score that is not a fail, in percent",
                    config::between(0, 100))
          .rule([](const ScoreOptions& score, const Node& node, Problems& problems) {
            if (score.warning > score.pass) problems.error(node.position, "score: warning is above pass");
          });
  return fields;
}

}  // namespace iter8::verdict

namespace iter8::tasks::assess {

using config::Fields;

namespace {

/// Alpha as a map.
struct AlphaSides {
  double pass = 0.05;
  double fail = 0.05;
};

const Fields<AlphaSides>& fields_of(const AlphaSides*) {
  static const auto fields = Fields<AlphaSides>{}
                                 .optional("pass", &AlphaSides::pass, "Of a wrong pass", proper_share())
                                 .optional("fail", &AlphaSides::fail, "Of a wrong fail", proper_share());
  return fields;
}

template <typename T>
void append(std::vector<T>& list, const std::vector<T>& more) {
  list.insert(list.end(), more.begin(), more.end());
}

void make_canonical(std::string& metric) {
  metric = experiment::canonical_metric_name(metric);
}

}  // namespace

const Fields<AssessOptions>& fields_of(const AssessOptions*) {
  static const auto fields =
      Fields<AssessOptions>{}
          .optional("slos", &AssessOptions::slos, "Objectives that a version should satisfy")
          .alias("SLOs")
          .optional("reward", &AssessOptions::reward,
                    "The metric that decides between versions that satisfy all slos")
          .optional("rewards", &AssessOptions::rewards, "Several such metrics; the first one decides")
          .optional("criteria", &AssessOptions::criteria, "The older form of slos and rewards")
          .optional("pattern", &AssessOptions::pattern, "How a winner is found")
          .alias("testingPattern")
          .shown_default("from the number of versions and whether there is a reward")
          .optional("indicators", &AssessOptions::indicators, "Metrics that are shown and not judged",
                    metric_names())
          .optional("evidence", &AssessOptions::evidence,
                    "How sure a verdict must be; point compares the bare numbers")
          .shown_default(
              "fixed for one look, hybrid in a loop, anytime with history; point where objectives or rewards "
              "are spelled as in older versions")
          .optional("alpha", &AssessOptions::alpha,
                    "Accepted probability of a wrong verdict, or {pass, fail}")
          .optional("onInconclusive", &AssessOptions::on_inconclusive,
                    "What to do with an objective that is undecided at the last look")
          .optional("noData", &AssessOptions::no_data, "The verdict of an objective whose metric is missing")
          .shown_default("error")
          .optional("minSamples", &AssessOptions::min_samples, "Fewer samples than this decide nothing",
                    config::at_least(0))
          .optional(
              "stall", &AssessOptions::stall,
              "The longest stall of a version to reckon with, such as 50ms: a load must have lasted long "
              "enough to have met one",
              config::if_given(config::longer_than_zero()))
          .optional("stopOnLoss", &AssessOptions::stop_on_loss,
                    "Promote the leader once its expected loss is below this share of the baseline's reward",
                    config::if_given(proper_share()))
          .optional("cutoffOnViolation", &AssessOptions::cutoff_on_violation,
                    "A version that fails an objective gets no traffic in the recommended weights")
          .optional("judgeBaseline", &AssessOptions::judge_baseline,
                    "Whether the verdict also depends on the objectives of the baseline, where there are "
                    "candidates")
          .optional("score", &AssessOptions::score,
                    "Judge a version by its weighted share of satisfied objectives")
          .optional("history", &AssessOptions::history,
                    "File that carries the evidence over runs, relative to the experiment's directory");
  return fields;
}

verdict::Criteria criteria_of(const AssessOptions& options) {
  verdict::Criteria criteria{.objectives = options.slos.items,
                             .indicators = options.criteria.indicators,
                             .request_count = options.criteria.request_count,
                             .pattern = options.pattern,
                             .no_data = options.no_data,
                             .evidence = options.evidence,
                             .alpha = options.alpha,
                             .on_inconclusive = options.on_inconclusive,
                             .min_samples = options.min_samples,
                             .stall = options.stall,
                             .stop_on_loss = options.stop_on_loss,
                             .cutoff_on_violation = options.cutoff_on_violation,
                             .judged = options.judge_baseline ? verdict::Judged::candidates_and_baseline
                                                              : verdict::Judged::candidates,
                             .score = options.score,
                             .history = options.history ? options.history->value : ""};
  append(criteria.indicators, options.indicators);
  append(criteria.objectives, options.criteria.objectives.items);
  if (options.reward) criteria.rewards.push_back(*options.reward);
  append(criteria.rewards, options.rewards.items);
  append(criteria.rewards, options.criteria.rewards.items);

  for (auto& objective : criteria.objectives) make_canonical(objective.metric.value);
  for (auto& reward : criteria.rewards) make_canonical(reward.metric.value);
  for (auto& indicator : criteria.indicators) make_canonical(indicator.value);
  if (criteria.request_count) make_canonical(criteria.request_count->value);
  return criteria;
}

}  // namespace iter8::tasks::assess

namespace iter8::config {

Schema Codec<verdict::Limit>::schema() {
  return {.type = Schema::Type::one_of,
          .inner = {{.type = Schema::Type::number},
                    {.type = Schema::Type::text, .pattern = std::string(verdict::kLimitPattern)}}};
}

bool Codec<verdict::Limit>::read(const Node& node, Problems& problems, verdict::Limit& limit) {
  const auto parsed = node.kind == Node::Kind::scalar ? verdict::parse_limit(node.text) : std::nullopt;
  if (!parsed)
    return expected(
        node, problems,
        "a number, a time such as 250ms, a share such as 1%, or a change of the baseline such as +10%");
  limit = *parsed;
  return true;
}

Schema Codec<verdict::Alpha>::schema() {
  return {.type = Schema::Type::one_of,
          .inner = {{.type = Schema::Type::number}, Codec<tasks::assess::AlphaSides>::schema()}};
}

bool Codec<verdict::Alpha>::read(const Node& node, Problems& problems, verdict::Alpha& alpha) {
  tasks::assess::AlphaSides sides;
  if (node.kind == Node::Kind::map) {
    if (!Codec<tasks::assess::AlphaSides>::read(node, problems, sides)) return false;
  } else {
    if (!Codec<double>::read(node, problems, sides.pass)) return false;
    if (tasks::assess::proper_share()(sides.pass))
      return expected(node, problems, "more than 0 and less than 1");
    sides.fail = sides.pass;
  }
  alpha = {.pass = sides.pass, .fail = sides.fail};
  return true;
}

}  // namespace iter8::config
