// Objectives and rewards as older versions of Iter8 had them written.
#include <utility>

#include <fmt/format.h>

#include "tasks/assess/checks.h"
#include "tasks/assess/options.h"

namespace iter8::tasks::assess {

namespace {

using config::Fields;
using config::Located;

using Names = std::vector<Located<std::string>>;
using Objectives = std::vector<ObjectiveOptions>;

/// The older objective with one limit and its side given by the list it stands in.
struct SideLimit {
  Located<std::string> metric;
  verdict::Limit limit;
};
struct SideLimits {
  std::vector<SideLimit> upper;
  std::vector<SideLimit> lower;
};
struct ExtremeRewards {
  Names max;
  Names min;
};

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
          .alias("Upper")
          .optional("lower", &SideLimits::lower, "Metrics that must reach a limit")
          .alias("Lower");
  return fields;
}

const Fields<ExtremeRewards>& fields_of(const ExtremeRewards*) {
  static const auto fields =
      Fields<ExtremeRewards>{}
          .optional("max", &ExtremeRewards::max, "Metrics of which more is better", metric_names())
          .optional("min", &ExtremeRewards::min, "Metrics of which less is better", metric_names());
  return fields;
}

/// As some files of older Iter8's own examples have it.
void warn_of_capitals(const config::Node& sides, config::Problems& problems) {
  for (const auto& [capital, name] : {std::pair{"Upper", "upper"}, std::pair{"Lower", "lower"}})
    if (const config::Node* list = sides.find(capital))
      problems.warning(list->position, fmt::format("'{}' is read as {}", capital, name));
}

/// Adds the objectives of one older list, whose limits are all on the side that `member` is.
void add_side(Objectives& objectives, const std::vector<SideLimit>& older,
              std::optional<verdict::Limit> ObjectiveOptions::*member) {
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

}  // namespace iter8::tasks::assess

namespace iter8::config {

using tasks::assess::ExtremeRewards;
using tasks::assess::SideLimits;

Schema Codec<tasks::assess::ObjectiveList>::schema() {
  return {.type = Schema::Type::one_of,
          .inner = {Codec<tasks::assess::Objectives>::schema(), Codec<SideLimits>::schema()}};
}

bool Codec<tasks::assess::ObjectiveList>::read(const Node& node, Problems& problems,
                                               tasks::assess::ObjectiveList& list) {
  if (node.kind == Node::Kind::map && node.find("metric") != nullptr) {
    problems.error(
        node.position,
        "expected a list of objectives, each with a '-' in front of its metric, found one without");
    return false;
  }
  if (node.kind == Node::Kind::map) {
    SideLimits older;
    if (!Codec<SideLimits>::read(node, problems, older)) return false;
    tasks::assess::warn_of_capitals(node, problems);
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
