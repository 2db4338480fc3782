#include "tasks/load/pace_options.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/file.h"
#include "base/number.h"
#include "base/text.h"

namespace iter8::tasks {

namespace {

using config::Check;
using config::Fields;
using config::Node;
using config::Problems;

constexpr double kHighestRate = 10e6;
constexpr std::int64_t kMostConnections = 100'000;
constexpr std::int64_t kLongestQueue = 1'000'000;
constexpr std::size_t kLongestTrace = 256 * 1024 * 1024;  // bytes
constexpr double kLongestSeconds = 366.0 * 24 * 3600;

void check_stages(const PaceOptions& options, const Node& node, Problems& problems) {
  const Node* stages = node.find("stages");
  if (options.stages.empty()) {
    if (stages && stages->kind == Node::Kind::sequence)
      problems.error(stages->position, "stages without a stage");
    return;
  }
  const bool lasts = std::ranges::any_of(
      options.stages, [](const StageOptions& stage) { return stage.duration > base::Duration{0}; });
  const bool asks =
      std::ranges::any_of(options.stages, [](const StageOptions& stage) { return stage.rate > 0; });
  if (stages && !(lasts && asks))
    problems.error(stages->position,
                   "stages that send nothing; expected one with a duration and a qps at least");
}

std::optional<base::Duration> time_of(std::string_view text) {
  if (const std::optional<double> seconds = base::parse_number(text)) {
    if (*seconds < 0 || *seconds > kLongestSeconds) return std::nullopt;
    return base::Duration(std::llround(*seconds * 1e9));
  }
  const std::optional<base::Duration> duration = base::parse_duration(text);
  return duration && *duration >= base::Duration{0} ? duration : std::nullopt;
}

}  // namespace

Check<base::Duration> not_negative() {
  return [](const base::Duration& duration) -> std::optional<std::string> {
    if (duration >= base::Duration{0}) return std::nullopt;
    return "must not be negative";
  };
}

const Fields<StageOptions>& fields_of(const StageOptions*) {
  static const auto fields =
      Fields<StageOptions>{}
          .required("duration", &StageOptions::duration, "How long the stage lasts; 0s is a step",
                    not_negative())
          .required("qps", &StageOptions::rate,
                    "Requests per second and version at its end, reached in a straight line",
                    config::between(0, kHighestRate));
  return fields;
}

const Fields<PaceOptions>& fields_of(const PaceOptions*) {
  static const auto fields =
      Fields<PaceOptions>{}
          .optional("stages", &PaceOptions::stages,
                    "How the rate changes: a list of {duration, qps}, in straight lines from `qps` (here 0 "
                    "unless given) through the stages")
          .optional(
              "trace", &PaceOptions::trace,
              "File with a line for each request, when it falls due: seconds, or a duration such as 250ms")
          .optional("maxConnections", &PaceOptions::max_connections,
                    "More connections to each version, up to so many, are opened while the queue is full",
                    config::if_given(config::within(1, kMostConnections)))
          .shown_default("connections")
          .optional(
              "queue", &PaceOptions::queue,
              "So many requests may wait for a connection; of more, the one that has waited for longest "
              "fails (overflow)",
              config::if_given(config::within(0, kLongestQueue)))
          .shown_default("any number until they time out; 0 with maxConnections")
          .optional("thinkTime", &PaceOptions::think_time,
                    "Closed loop: how long a connection pauses after a response", not_negative())
          .optional("thinkTimeMax", &PaceOptions::think_time_max,
                    "With it, pauses are drawn evenly from thinkTime to this",
                    config::if_given(not_negative()))
          .shown_default("thinkTime")
          .optional("precision", &PaceOptions::precision,
                    "high spins before a request is due, where there is a core to spare")
          .optional("drain", &PaceOptions::drain,
                    "Whether requests in flight at the end of the duration are waited for or cut off")
          .optional("stopWhen", &PaceOptions::stop_when,
                    "Ends the load early: comparisons of live numbers, such as error-rate > 0.5 or "
                    "latency-p99 > 2s")
          .shown_default("never")
          .optional("errorBudget", &PaceOptions::error_budget,
                    "So many requests may fail; the next one that does ends the load",
                    config::if_given(config::at_least(0)))
          .shown_default("any number")
          .rule(check_stages);
  return fields;
}

void check_pace(const PaceOptions& options, const PaceContext& context, const Node& node,
                Problems& problems) {
  const auto error = [&](const char* key, const std::string& message) {
    const Node* value = node.find(key);
    problems.error(value ? value->position : node.position, message);
  };
  const bool is_closed = context.arrival == load::Arrival::closed;
  const auto open_only = [&](const char* key, bool given) {
    if (given && is_closed) error(key, std::string(key) + " has no meaning with arrival: closed");
  };
  open_only("stages", !options.stages.empty());
  open_only("trace", options.trace.has_value());
  open_only("queue", options.queue.has_value());
  open_only("maxConnections", options.max_connections.has_value());
  if (!is_closed && options.think_time > base::Duration{0})
    error("thinkTime", "thinkTime needs arrival: closed");
  if (options.think_time_max && *options.think_time_max < options.think_time)
    error("thinkTimeMax", "thinkTimeMax is less than thinkTime");
  if (options.trace && !options.stages.empty()) error("trace", "both stages and trace; expected one of them");
  if (options.trace && context.arrival == load::Arrival::poisson)
    error("trace", "a trace says when requests fall due; arrival: poisson does, too");
  if (options.trace && context.has_rate) error("qps", "both qps and trace; expected one of them");
  if (options.max_connections && *options.max_connections < context.connections)
    error("maxConnections", fmt::format("maxConnections is less than connections ({})", context.connections));
}

void check_trace(const PaceOptions& options, const std::filesystem::path& directory, Problems& problems) {
  if (!options.trace) return;
  try {
    load::Plan plan;
    apply_pace(options, directory, plan);
  } catch (const base::Error& error) {
    problems.error(options.trace->position, std::string("trace: ") + error.what());
  }
}

void apply_pace(const PaceOptions& options, const std::filesystem::path& directory, load::Plan& plan) {
  for (const StageOptions& stage : options.stages)
    plan.stages.push_back({.duration = stage.duration, .rate = stage.rate});
  if (options.trace)
    plan.trace = parse_trace(base::read_file(directory / options.trace->value, kLongestTrace));
  plan.max_connections = static_cast<int>(options.max_connections.value_or(0));
  plan.queue = options.queue;
  if (options.max_connections && !options.queue) plan.queue = 0;
  plan.think_min = options.think_time;
  plan.think_max = options.think_time_max.value_or(options.think_time);
  plan.precision = options.precision;
  plan.drain = options.drain;
  plan.error_budget = options.error_budget;
}

std::vector<base::Duration> parse_trace(std::string_view text) {
  std::vector<base::Duration> times;
  for (int line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view row = base::trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (row.empty() || row.starts_with('#')) continue;
    const std::string_view cell = base::trim(row.substr(0, row.find(',')));
    const std::optional<base::Duration> time = time_of(cell);
    if (!time && times.empty() && line == 1) continue;
    if (!time)
      throw base::Error(fmt::format("line {}: expected a time, found '{}'", line, base::printable(cell)));
    if (!times.empty() && *time < times.back())
      throw base::Error(fmt::format("line {}: {} is before the line above", line, base::printable(cell)));
    times.push_back(*time);
  }
  if (times.empty()) throw base::Error("the trace holds no time");
  return times;
}

}  // namespace iter8::tasks
