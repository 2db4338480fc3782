#include "tasks/metrics/collect.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <thread>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/host_policy.h"
#include "base/number.h"
#include "base/text.h"
#include "tasks/metrics/assemble.h"

namespace iter8::tasks::metrics {

namespace {

using experiment::Context;
using experiment::MetricKind;
using experiment::Outcome;

constexpr std::size_t kLongestQuery = 4000;  // characters in the result
constexpr std::size_t kLongestInMessage = 500;
constexpr base::Duration kRetryFor = std::chrono::minutes(1);
constexpr base::Duration kFirstWait = std::chrono::seconds(1);
constexpr base::Duration kLongestWait = std::chrono::seconds(10);

/// What came of one planned query.
struct QueryOutcome {
  std::vector<experiment::Observation> observations;
  std::vector<experiment::Warning> warnings;
  std::vector<std::string> failures;
  std::vector<experiment::AwaitedObservation> awaited;
};

experiment::MetricData zero_of(MetricKind kind) {
  switch (kind) {
    case MetricKind::proportion:
      return experiment::Proportion{};
    case MetricKind::summary:
      return experiment::SampleSummary{};
    case MetricKind::histogram:
      return experiment::BucketCounts{};
    case MetricKind::samples:
      return experiment::Samples{};
    case MetricKind::counter:
    case MetricKind::gauge:
      break;
  }
  return 0.0;
}

/// One planned query and all that running it needs; used by one thread.
class MetricQuery {
 public:
  MetricQuery(const PlannedQuery& planned, const Context& context, QueryContext& query_context)
      : planned_(planned), metric_(*planned.metric), context_(context), query_context_(query_context) {}

  QueryOutcome run() {
    try {
      query_ = context_.secrets.mask(query_text(planned_));
      const auto deadline = context_.clock.now() + metric_.options.defaults.retry_for.value_or(kRetryFor);
      for (base::Duration wait = kFirstWait;; wait = std::min(2 * wait, kLongestWait)) {
        QueryOutcome outcome = attempt();
        const base::MonotonicTime next = context_.clock.now() + wait;
        if (!found_nothing_ || metric_.on_no_data() != OnNoData::retry || next >= deadline) return outcome;
        context_.log.info(
            fmt::format("{}: no data yet; asking again in {}", metric_.name, base::to_text(wait)));
        if (!context_.clock.wait_until(next, context_.stop)) return outcome;
      }
    } catch (const std::exception& error) {
      QueryOutcome outcome;
      if (!context_.stop.stop_requested())
        outcome.failures.push_back(message(planned_.version, error.what()));
      return outcome;
    }
  }

 private:
  std::vector<PartResult> query_parts() {
    ++attempts_;
    std::vector<PartResult> results;
    for (std::size_t i = 0; i < metric_.parts.size(); ++i) {
      const Part& part = metric_.parts[i];
      results.push_back({.role = part.role,
                         .result = part.source->query(input_of(planned_, i, attempts_), query_context_)});
    }
    return results;
  }

  /// What was read before the first task is read again before that of the next iteration.
  bool is_since_last() const { return metric_.options.defaults.window || !planned_.first.empty(); }

  QueryOutcome attempt() {
    found_nothing_ = false;
    const std::vector<PartResult> all = query_parts();
    QueryOutcome outcome;
    for (std::size_t version = 0; version < context_.versions.size(); ++version) {
      if (planned_.version && *planned_.version != version) continue;
      try {
        record(version, planned_.version ? all : select_version(all, metric_, context_.versions[version]),
               outcome);
      } catch (const base::Error& error) {
        outcome.failures.push_back(message(version, error.what()));
      }
    }
    return outcome;
  }

  void record(std::size_t version, const std::vector<PartResult>& parts, QueryOutcome& outcome) {
    AssembledData assembled = assemble(metric_, parts, planned_.window.end);
    for (const std::string& warning : assembled.warnings)
      outcome.warnings.push_back({.code = "data-quality", .message = message(version, warning)});
    if (!assembled.data) assembled.data = apply_no_data_policy(version, assembled, outcome);
    if (!assembled.data) return;
    check_reset(version, *assembled.data, outcome);
    outcome.observations.push_back(
        {.metric = info(),
         .version = version,
         .data = std::move(*assembled.data),
         .window = planned_.window.length(),
         .query = base::printable(query_, kLongestQuery),
         .samples = assembled.samples,
         .span = is_since_last() ? experiment::Span::since_last : experiment::Span::since_start});
  }

  /// Handles missing data as the metric says; returns what stands in for them, if anything may.
  std::optional<experiment::MetricData> apply_no_data_policy(std::size_t version,
                                                             const AssembledData& assembled,
                                                             QueryOutcome& outcome) {
    found_nothing_ = true;
    const std::string& reason = assembled.no_data;
    const std::string said = message(version, "no data: " + reason);
    const bool may_exist = assembled.is_partial && metric_.on_no_data() == OnNoData::zero;
    const OnNoData policy = may_exist ? OnNoData::error : metric_.on_no_data();
    if (policy == OnNoData::error || policy == OnNoData::retry) {
      outcome.failures.push_back(said);
      return std::nullopt;
    }
    outcome.warnings.push_back({.code = "no-data", .message = said});
    if (policy == OnNoData::inconclusive)
      outcome.awaited.push_back(
          {.metric = info(), .version = version, .reason = context_.secrets.mask(reason)});
    return policy == OnNoData::zero ? std::optional(zero_of(metric_.options.kind)) : std::nullopt;
  }

  experiment::MetricInfo info() const {
    return {.name = metric_.name,
            .kind = metric_.options.kind,
            .unit = metric_.options.unit,
            .description = metric_.options.description};
  }

  void check_reset(std::size_t version, const experiment::MetricData& data, QueryOutcome& outcome) const {
    if (metric_.options.kind != MetricKind::counter || !planned_.first.empty()) return;
    const experiment::MetricData* before = experiment::latest(context_.result, metric_.name, version);
    const double* earlier = before ? std::get_if<double>(before) : nullptr;
    const double* now = std::get_if<double>(&data);
    if (earlier == nullptr || now == nullptr || *now >= *earlier) return;
    outcome.warnings.push_back(
        {.code = "counter-reset",
         .message = message(version, fmt::format("the counter fell from {} to {}: it was reset",
                                                 base::shortest(*earlier), base::shortest(*now)))});
  }

  std::string message(std::optional<std::size_t> version, const std::string& problem) const {
    const bool named = version && context_.versions.size() > 1;
    return fmt::format("{}{} ({}): {}; query: {}; window: {} to {}", metric_.name,
                       named ? " of version '" + context_.versions[*version].name + "'" : "",
                       metric_.provider, context_.secrets.mask(problem),
                       base::printable(query_, kLongestInMessage), base::to_rfc3339(planned_.window.start),
                       base::to_rfc3339(planned_.window.end));
  }

  const PlannedQuery& planned_;
  const Metric& metric_;
  const Context& context_;
  QueryContext& query_context_;
  std::string query_;
  bool found_nothing_ = false;
  int attempts_ = 0;
};

std::string value_text(const experiment::MetricData& data) {
  if (const auto value = experiment::value_of(data)) return fmt::format("{:.6g}", *value);
  const auto* histogram = std::get_if<experiment::BucketCounts>(&data);
  return histogram ? fmt::format("{} buckets", histogram->buckets.size()) : "nothing";
}

/// "prometheus/orders: stable 12, candidate 15; …" of the first few metrics.
std::string summary_of(const Outcome& outcome, const Context& context) {
  constexpr std::size_t kShown = 12;
  std::string text;
  const std::string* last = nullptr;
  for (std::size_t i = 0; i < std::min(kShown, outcome.observations.size()); ++i) {
    const experiment::Observation& observation = outcome.observations[i];
    const std::string& name = observation.metric.name;
    const bool again = last != nullptr && *last == name;
    text += again ? ", " : (text.empty() ? "" : "; ") + name + ": ";
    if (context.versions.size() > 1) text += context.versions[observation.version].name + " ";
    text += value_text(observation.data);
    last = &name;
  }
  if (outcome.observations.size() > kShown)
    text += fmt::format("; {} values in all", outcome.observations.size());
  return text.empty() ? "nothing was measured" : text;
}

}  // namespace

void for_each_query(std::size_t count, const Context& context, const web::RetryPolicy& retry, int concurrency,
                    const std::function<void(std::size_t, QueryContext&)>& work) {
  std::atomic<std::size_t> next = 0;
  ResponseCache responses;
  const auto take_queries = [&] {
    web::Client client(
        context.secrets, context.clock,
        {.retry = retry, .hosts = base::HostPolicy::of(context.environment), .log = &context.log});
    QueryContext query_context{.client = client,
                               .responses = responses,
                               .clock = context.clock,
                               .secrets = context.secrets,
                               .environment = context.environment,
                               .directory = context.directory,
                               .stop = context.stop};
    for (std::size_t i = next++; i < count && !context.stop.stop_requested(); i = next++)
      work(i, query_context);
  };
  std::vector<std::jthread> threads;
  const std::size_t most = std::min(count, static_cast<std::size_t>(std::max(1, concurrency)));
  for (std::size_t i = 1; i < most; ++i) threads.emplace_back(take_queries);
  take_queries();
}

Outcome collect(const std::vector<PlannedQuery>& queries, const Context& context,
                const web::RetryPolicy& retry, int concurrency) {
  std::vector<QueryOutcome> outcomes(queries.size());
  for_each_query(queries.size(), context, retry, concurrency,
                 [&](std::size_t i, QueryContext& query_context) {
                   outcomes[i] = MetricQuery(queries[i], context, query_context).run();
                 });

  Outcome outcome;
  std::vector<std::string> failures;
  for (QueryOutcome& each : outcomes) {
    std::ranges::move(each.observations, std::back_inserter(outcome.observations));
    std::ranges::move(each.warnings, std::back_inserter(outcome.warnings));
    std::ranges::move(each.failures, std::back_inserter(failures));
    std::ranges::move(each.awaited, std::back_inserter(outcome.awaited));
  }
  for (const experiment::Warning& warning : outcome.warnings) context.log.warning(warning.message);
  outcome.message = summary_of(outcome, context);
  if (!failures.empty()) outcome.failure = base::join(failures, " | ");
  return outcome;
}

}  // namespace iter8::tasks::metrics
