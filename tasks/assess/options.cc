#include "tasks/assess/options.h"

#include <algorithm>

#include "experiment/metric_name.h"

namespace iter8::tasks {

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
          .rule(check_limits);
  return fields;
}

const Fields<RewardOptions>& fields_of(const RewardOptions*) {
  static const auto fields = Fields<RewardOptions>{}
                                 .required("metric", &RewardOptions::metric,
                                           "The metric versions compete in, provider/name", metric_name())
                                 .optional("direction", &RewardOptions::direction,
                                           "Whether more (high) or less (low) of it is better")
                                 .alias("preferredDirection");
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
          .optional("evidence", &AssessOptions::evidence,
                    "How sure a verdict must be; point compares the bare numbers",
                    config::Check<std::string>{[](const std::string& word) -> std::optional<std::string> {
                      if (word == "point") return std::nullopt;
                      return "must be 'point', the only kind of evidence in this version";
                    }})
          .optional("noData", &AssessOptions::no_data,
                    "What an objective comes to when its metric is missing")
          .shown_default("error");
  return fields;
}

}  // namespace iter8::tasks

namespace iter8::config {

using tasks::ExtremeRewards;
using tasks::SideLimits;

Schema Codec<tasks::ObjectiveList>::schema() {
  return {.type = Schema::Type::one_of,
          .inner = {Codec<tasks::Objectives>::schema(), Codec<SideLimits>::schema()}};
}

bool Codec<tasks::ObjectiveList>::read(const Node& node, Problems& problems, tasks::ObjectiveList& list) {
  if (node.kind == Node::Kind::map) {
    SideLimits older;
    if (!Codec<SideLimits>::read(node, problems, older)) return false;
    tasks::add_side(list.items, older.upper, &tasks::ObjectiveOptions::upper);
    tasks::add_side(list.items, older.lower, &tasks::ObjectiveOptions::lower);
    return true;
  }
  return Codec<tasks::Objectives>::read(node, problems, list.items);
}

Schema Codec<tasks::RewardList>::schema() {
  return {.type = Schema::Type::one_of,
          .inner = {Codec<std::vector<tasks::RewardOptions>>::schema(), Codec<ExtremeRewards>::schema()}};
}

bool Codec<tasks::RewardList>::read(const Node& node, Problems& problems, tasks::RewardList& list) {
  if (node.kind != Node::Kind::map)
    return Codec<std::vector<tasks::RewardOptions>>::read(node, problems, list.items);
  ExtremeRewards older;
  if (!Codec<ExtremeRewards>::read(node, problems, older)) return false;
  tasks::add_rewards(list, older.max, experiment::Direction::high);
  tasks::add_rewards(list, older.min, experiment::Direction::low);
  return true;
}

}  // namespace iter8::config
