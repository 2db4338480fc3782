#include "tasks/assess/options.h"

#include <algorithm>

#include "experiment/metric/metric_name.h"

namespace iter8::tasks::assess {

namespace {

using config::Fields;
using config::Located;
using config::Node;
using config::Problems;

using Names = std::vector<Located<std::string>>;

/// The older objective with one limit and its side given by the list it stands in.
struct SideLimit {
  Located<std::string> metric;
  Limit limit;
};
struct SideLimits {
  std::vector<SideLimit> upper;
  std::vector<SideLimit> lower;
};
struct ExtremeRewards {
  Names max;
  Names min;
};

std::optional<std::string> objection_to_name(const std::string& name) {
  if (experiment::is_metric_name(name)) return std::nullopt;
  return "must be a metric's name such as http/latency-p95";
}

config::Check<Located<std::string>> metric_name() {
  return [](const Located<std::string>& name) { return objection_to_name(name.value); };
}

config::Check<Names> metric_names() {
  return [](const Names& names) -> std::optional<std::string> {
    for (const auto& name : names)
      if (const auto objection = objection_to_name(name.value)) return "'" + name.value + "' " + *objection;
    return std::nullopt;
  };
}

config::Check<std::optional<Located<std::string>>> metric_name_if_given() {
  return [](const auto& name) { return name ? objection_to_name(name->value) : std::nullopt; };
}

const Fields<SideLimit>& fields_of(const SideLimit*) {
  static const auto fields =
      Fields<SideLimit>{}
          .required("metric", &SideLimit::metric, "The metric, provider/name", metric_name())
          .required("limit", &SideLimit::limit, "The limit, in the metric's unit");
  return fields;
}

const Fields<SideLimits>& fields_of(const SideLimits*) {
  static const auto fields =
      Fields<SideLimits>{}
          .optional("upper", &SideLimits::upper, "Metrics that must not exceed a limit")
          .optional("lower", &SideLimits::lower, "Metrics that must reach a limit");
  return fields;
}

const Fields<ExtremeRewards>& fields_of(const ExtremeRewards*) {
  static const auto fields =
      Fields<ExtremeRewards>{}
          .optional("max", &ExtremeRewards::max, "Metrics of which more is better", metric_names())
          .optional("min", &ExtremeRewards::min, "Metrics of which less is better", metric_names());
  return fields;
}

std::optional<std::string> objection_to_share(double share) {
  if (share > 0 && share < 1) return std::nullopt;
  return "must be more than 0 and less than 1";
}

/// Alpha as a map.
struct AlphaSides {
  double pass = 0.05;
  double fail = 0.05;
};

const Fields<AlphaSides>& fields_of(const AlphaSides*) {
  static const auto fields =
      Fields<AlphaSides>{}
          .optional("pass", &AlphaSides::pass, "Of a wrong pass", config::Check<double>(objection_to_share))
          .optional("fail", &AlphaSides::fail, "Of a wrong fail", config::Check<double>(objection_to_share));
  return fields;
}

/// The metrics of the load tasks that no time can limit.
bool counts_requests(const std::string& metric) {
  const auto slash = metric.find('/');
  const std::string provider = metric.substr(0, slash);
  const bool is_load = provider == "http" || provider.starts_with("http-") || provider == "grpc" ||
                       provider.starts_with("grpc-");
  const std::string name = slash == std::string::npos ? "" : metric.substr(slash + 1);
  return is_load && (name == "request-count" || name == "error-count" || name == "error-rate");
}

void check_limits(const ObjectiveOptions& objective, const Node& node, Problems& problems) {
  if (!objective.upper && !objective.lower)
    problems.error(node.position,
                   "objective on '" + objective.metric.value + "' has no limit; expected upper or lower");

  const std::string metric = experiment::canonical_metric_name(objective.metric.value);
  for (const auto& limit : {objective.upper, objective.lower})
    if (limit && std::holds_alternative<base::Duration>(limit->amount) && counts_requests(metric))
      problems.error(node.position,
                     "limit " + to_text(*limit) + " of '" + metric + "' is a time; expected a number");

  for (const auto& limit : {objective.upper, objective.lower})
    if (const double* share = limit ? std::get_if<double>(&limit->amount) : nullptr)
      if (metric.ends_with("/error-rate") && counts_requests(metric) && (*share < 0 || *share > 1))
        problems.error(node.position, "limit " + to_text(*limit) + " of '" + metric +
                                          "' is no share; expected 0 to 1, or a percentage such as 1%");
  const bool is_relative =
      (objective.upper && objective.upper->relative()) || (objective.lower && objective.lower->relative());
  if (objective.relative_to && !is_relative)
    problems.error(objective.relative_to->position, "relativeTo needs a relative limit such as +10%");

  const auto number = [](const std::optional<Limit>& limit) {
    return limit ? in_unit(*limit, "") : std::nullopt;
  };
  const auto upper = number(objective.upper);
  const auto lower = number(objective.lower);
  if (upper && lower && *lower > *upper)
    problems.error(node.position, "lower limit " + to_text(*objective.lower) + " of '" + metric +
                                      "' is above its upper limit " + to_text(*objective.upper));
}

using Objectives = std::vector<ObjectiveOptions>;

/// Adds the objectives of one older list, whose limits are all on the side that `member` is.
void add_side(Objectives& objectives, const std::vector<SideLimit>& older,
              std::optional<Limit> ObjectiveOptions::*member) {
  for (const SideLimit& side : older) {
    ObjectiveOptions objective{.metric = side.metric};
    objective.*member = side.limit;
    objectives.push_back(objective);
  }
}

void add_rewards(RewardList& rewards, const Names& metrics, experiment::Direction direction) {
  for (const auto& metric : metrics) rewards.items.push_back({.metric = metric, .direction = direction});
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
                    config::if_given(config::Check<double>(objection_to_share)))
          .optional("evidence", &ObjectiveOptions::evidence, "As of the task, for this objective")
          .optional("noData", &ObjectiveOptions::no_data, "As of the task, for this objective")
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
                    config::if_given(config::Check<double>(objection_to_share)));
  return fields;
}

const Fields<CriteriaOptions>& fields_of(const CriteriaOptions*) {
  static const auto fields =
      Fields<CriteriaOptions>{}
          .optional("requestCount", &CriteriaOptions::request_count,
                    "The metric that says how many samples there are", metric_name_if_given())
          .optional("objectives", &CriteriaOptions::objectives, "As slos")
          .alias("SLOs")
          .alias("slos")
          .optional("rewards", &CriteriaOptions::rewards, "As rewards")
          .optional("indicators", &CriteriaOptions::indicators, "Metrics that are reported and not judged",
                    metric_names());
  return fields;
}

const Fields<ScoreOptions>& fields_of(const ScoreOptions*) {
  static const auto fields =
      Fields<ScoreOptions>{}
          .optional("pass", &ScoreOptions::pass, "Least score of a pass, percent", config::between(0, 100))
          .optional("warning", &ScoreOptions::warning, "Least score that is no fail, percent",
                    config::between(0, 100))
          .rule([](const ScoreOptions& score, const Node& node, Problems& problems) {
            if (score.warning > score.pass) problems.error(node.position, "score: warning is above pass");
          });
  return fields;
}

const Fields<AssessOptions>& fields_of(const AssessOptions*) {
  static const auto fields =
      Fields<AssessOptions>{}
          .optional("slos", &AssessOptions::slos, "Objectives that every version should satisfy")
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
                    "What an undecided objective comes to at the last look")
          .optional("noData", &AssessOptions::no_data,
                    "What an objective comes to when its metric is missing")
          .shown_default("error")
          .optional("minSamples", &AssessOptions::min_samples, "Fewer samples than this decide nothing",
                    config::at_least(0))
          .optional("stopOnLoss", &AssessOptions::stop_on_loss,
                    "Promote the leader once its expected loss is below this share of the baseline's reward",
                    config::if_given(config::Check<double>(objection_to_share)))
          .optional("cutoffOnViolation", &AssessOptions::cutoff_on_violation,
                    "A version that fails an objective gets no traffic in the recommended weights")
          .optional("score", &AssessOptions::score,
                    "Judge a version by its weighted share of satisfied objectives")
          .optional("history", &AssessOptions::history,
                    "File that carries the evidence over runs, relative to the experiment's directory");
  return fields;
}

std::string_view to_text(EvidenceMode mode) {
  for (const auto& [word, value] : config::Choices<EvidenceMode>::names)
    if (value == mode) return word;
  return "point";
}

}  // namespace iter8::tasks::assess

namespace iter8::config {

Schema Codec<tasks::assess::Alpha>::schema() {
  return {.type = Schema::Type::one_of,
          .inner = {{.type = Schema::Type::number}, Codec<tasks::assess::AlphaSides>::schema()}};
}

bool Codec<tasks::assess::Alpha>::read(const Node& node, Problems& problems, tasks::assess::Alpha& alpha) {
  tasks::assess::AlphaSides sides;
  if (node.kind == Node::Kind::map) {
    if (!Codec<tasks::assess::AlphaSides>::read(node, problems, sides)) return false;
  } else {
    if (!Codec<double>::read(node, problems, sides.pass)) return false;
    if (tasks::assess::objection_to_share(sides.pass))
      return expected(node, problems, "more than 0 and less than 1");
    sides.fail = sides.pass;
  }
  alpha = {.pass = sides.pass, .fail = sides.fail};
  return true;
}

using tasks::assess::ExtremeRewards;
using tasks::assess::SideLimits;

Schema Codec<tasks::assess::ObjectiveList>::schema() {
  return {.type = Schema::Type::one_of,
          .inner = {Codec<tasks::assess::Objectives>::schema(), Codec<SideLimits>::schema()}};
}

bool Codec<tasks::assess::ObjectiveList>::read(const Node& node, Problems& problems,
                                               tasks::assess::ObjectiveList& list) {
  if (node.kind == Node::Kind::map) {
    SideLimits older;
    if (!Codec<SideLimits>::read(node, problems, older)) return false;
    tasks::assess::add_side(list.items, older.upper, &tasks::assess::ObjectiveOptions::upper);
    tasks::assess::add_side(list.items, older.lower, &tasks::assess::ObjectiveOptions::lower);
    return true;
  }
  return Codec<tasks::assess::Objectives>::read(node, problems, list.items);
}

Schema Codec<tasks::assess::RewardList>::schema() {
  return {
      .type = Schema::Type::one_of,
      .inner = {Codec<std::vector<tasks::assess::RewardOptions>>::schema(), Codec<ExtremeRewards>::schema()}};
}

bool Codec<tasks::assess::RewardList>::read(const Node& node, Problems& problems,
                                            tasks::assess::RewardList& list) {
  if (node.kind != Node::Kind::map)
    return Codec<std::vector<tasks::assess::RewardOptions>>::read(node, problems, list.items);
  ExtremeRewards older;
  if (!Codec<ExtremeRewards>::read(node, problems, older)) return false;
  tasks::assess::add_rewards(list, older.max, experiment::Direction::high);
  tasks::assess::add_rewards(list, older.min, experiment::Direction::low);
  return true;
}

}  // namespace iter8::config
