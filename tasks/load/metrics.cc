#include "tasks/load/metrics.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "load/grpc_status.h"
#include "stats/dependence/load_slices.h"
#include "stats/evidence/mean.h"
#include "stats/histogram/cut_short.h"
#include "tasks/load/message_metrics.h"
#include "tasks/load/no_answer.h"
#include "tasks/load/part_metrics.h"
#include "tasks/load/recording.h"

namespace iter8::tasks {

namespace {

using experiment::MetricKind;
using experiment::Observation;

constexpr int kSwitchedToWebSocket = 101;  // no status of an answer: answers are messages

/// Exact counts above limits are those of requests that ended: none where some were cut short.
experiment::BucketCounts latency_buckets(const VersionLoad& load, const stats::Histogram& latency) {
  experiment::BucketCounts counts = buckets_of(latency);
  if (load.tally.cut_short.count() > 0) return counts;
  for (std::size_t i = 0; i < std::min(load.limits.size(), load.tally.above.size()); ++i)
    counts.above.push_back(
        {.limit = msec(static_cast<std::int64_t>(load.limits[i].count())), .count = load.tally.above[i]});
  return counts;
}

/// Of the population, as older Iter8 reported it.
double standard_deviation(const stats::Histogram& histogram) {
  const auto count = static_cast<double>(histogram.count());
  return std::sqrt(std::max(0.0, histogram.variance() * (count - 1) / count));
}

/// The errors among them, by name.
void record_grpc_statuses(Recording& recording, const VersionLoad& load) {
  const std::map<int, std::int64_t> counts(load.tally.statuses.begin(), load.tally.statuses.end());
  for (std::size_t i = 1; i < load::kGrpcStatuses; ++i) {
    const std::string name(to_text(static_cast<load::GrpcStatus>(i)));
    const auto found = counts.find(static_cast<int>(i));
    recording.count_if_any("errors-" + name, "calls that ended with the status " + name,
                           found == counts.end() ? 0 : found->second);
  }
}

void record_messages(Recording& recording, const load::MessageCounts& messages) {
  const auto mean_size = [&](const std::string& name, const std::string& description, std::int64_t bytes,
                             std::int64_t count) {
    if (count == 0) return;
    recording.add(name, MetricKind::gauge, "bytes", description,
                  static_cast<double>(bytes) / static_cast<double>(count));
  };
  recording.count("messages-sent", "messages sent", messages.sent);
  recording.count("messages-received", "messages received", messages.received);
  mean_size("message-size-sent", "mean size of messages sent", messages.bytes_sent, messages.sent);
  mean_size("message-size-received", "mean size of messages received", messages.bytes_received,
            messages.received);
}

/// Without a response nothing is known about statuses.
void record_statuses(Recording& recording, const VersionLoad& load) {
  if (load.tally.completed == 0) return;
  if (load.protocol == LoadProtocol::grpc) return record_grpc_statuses(recording, load);
  std::map<int, std::int64_t> counts(load.tally.statuses.begin(), load.tally.statuses.end());
  if (load.protocol == LoadProtocol::websocket) counts.erase(kSwitchedToWebSocket);
  for (const int status : recording.wanted_statuses()) counts.emplace(status, 0);
  for (const auto& [status, count] : counts)
    recording.count(fmt::format("status-{}", status), fmt::format("answers with status {}", status), count);
}

void record_requests(Recording& recording, const VersionLoad& load) {
  recording.count("request-count", "number of requests sent", load.requests());
  recording.note(no_answer_text(load));
  recording.count("error-count", "number of responses that were errors", load.errors());
  if (load.requests() > 0)
    recording.add("error-rate", MetricKind::proportion, "", "fraction of responses that were errors",
                  experiment::Proportion{.count = load.errors(), .total = load.requests()});
  for (std::size_t i = 0; i < load::kErrorClasses; ++i) {
    const std::string name(to_text(static_cast<load::ErrorClass>(i)));
    recording.count_if_any("errors-" + name, "requests that failed by " + name, load.tally.errors[i]);
  }
  recording.count_if_any("no-answer-count",
                         "requests that failed without an answer, and so without a latency",
                         load.tally.unanswered());
  recording.count_if_any("in-flight-count",
                         "requests that were sent and given up: at the end, or as the generator stood still",
                         load.tally.in_flight);
  recording.count_if_any("unsent-count", "requests that were not sent because the generator did not run",
                         load.tally.unsent);
  record_statuses(recording, load);
  if (load.protocol != LoadProtocol::http) record_messages(recording, load.tally.messages);
}

/// Latencies and what names and descriptions call them.
struct Latencies {
  std::string name;
  std::string values;
  const stats::Histogram& histogram;
};

void record_latency(Recording& recording, const Latencies& latencies,
                    const std::vector<double>& percentiles) {
  const auto& [name, values, histogram] = latencies;
  recording.add(name + "-mean", MetricKind::summary, "msec", "mean of " + values, summary_of(histogram));
  recording.time(name + "-stddev", "standard deviation of " + values, msec(standard_deviation(histogram)));
  recording.time(name + "-min", "minimum of " + values, msec(histogram.min()));
  recording.time(name + "-max", "maximum of " + values, msec(histogram.max()));
  for (const double p : percentiles) {
    const std::string text = base::shortest(p);
    recording.time(name + "-p" + text, text + "-th percentile of " + values, msec(histogram.percentile(p)));
  }
}

/// Of all responses and timeouts, and of those that are not errors, where these are others or somebody asks.
void record_latencies(Recording& recording, const VersionLoad& load, const std::vector<double>& percentiles) {
  const stats::CompletedDurations all = stats::completed_durations(load.tally.latency, load.tally.cut_short);
  recording.count_if_any("unknown-latency-count",
                         "requests whose latency is not known: no answer, or given up while slower than any",
                         load.tally.unanswered() + all.open);
  if (load.tally.latency.count() > 0) {
    recording.add("latency", MetricKind::histogram, "msec", "Latency Histogram",
                  latency_buckets(load, all.values));
    record_latency(recording, {"latency", "observed latency values", all.values}, percentiles);
  }
  const stats::Histogram& ok = load.tally.ok_latency;
  if (ok.count() == 0 || !(load.has_error_latencies() || recording.wants("ok-latency"))) return;
  recording.add("ok-latency", MetricKind::histogram, "msec", "latency of responses that are not errors",
                buckets_of(ok));
  record_latency(recording, {"ok-latency", "the latency of responses that are not errors", ok}, percentiles);
}

/// The sums are those of the slices.
void record_capped(Recording& recording, const VersionLoad& load) {
  if (!load.cap) return;
  const auto place = std::find(load.limits.begin(), load.limits.end(), *load.cap) - load.limits.begin();
  const auto limit = static_cast<std::size_t>(place);
  const double cap = base::to_milliseconds(*load.cap);
  std::int64_t above = 0;
  for (const stats::Histogram::Cell& cell : load.tally.cut_short.cells())
    if (cell.lower > load.cap->count()) above += cell.count;
  std::int64_t count = above;
  double sum = cap * static_cast<double>(above);
  double squares = cap * sum;
  for (const stats::LoadSlice& slice : load.tally.slices.slices())
    for (const stats::SliceLatencies* latencies : {&slice.ok, &slice.failed}) {
      count += latencies->count;
      sum += latencies->capped_sum;
      squares += latencies->capped_squares;
      if (limit < latencies->above.size()) above += latencies->above[limit];
    }
  if (count == 0) return;
  const stats::Moments moments = stats::moments_of_sums(static_cast<double>(count), sum, squares);
  recording.add("latency-mean-capped", MetricKind::summary, "msec",
                fmt::format("mean of observed latency values, none counting as more than {:.6g} msec", cap),
                experiment::SampleSummary{
                    .count = count, .mean = moments.mean, .variance = std::max(0.0, moments.variance)});
  recording.add("latency-above-cap", MetricKind::proportion, "",
                fmt::format("fraction of observed latency values above {:.6g} msec", cap),
                experiment::Proportion{.count = above, .total = count});
}

void record_self_check(Recording& recording, const VersionLoad& load) {
  const stats::Histogram& lateness = load.tally.lateness;
  if (load.requested_rate > 0 && lateness.count() > 0) {
    recording.time("lateness-p50", "median of how late the generator began requests",
                   msec(lateness.percentile(50)));
    recording.time("lateness-p99", "99-th percentile of how late requests were sent",
                   msec(lateness.percentile(99)));
    recording.time("lateness-max", "how late the generator began a request at most", msec(lateness.max()));
    recording.add("rate-ratio", MetricKind::gauge, "", "requests begun, as a share of those asked for",
                  load::start_rate(load.tally, load.requested_rate) / load.requested_rate);
  }
  if (load.tally.queued.count() > 0) {
    recording.count("queued-count", "requests that waited for a connection", load.tally.queued.count());
    recording.time("queued-p99", "99-th percentile of their wait", msec(load.tally.queued.percentile(99)));
  }
  double busiest = 0;
  std::int64_t switches = 0;
  for (const load::WorkerHealth& worker : load.workers) {
    busiest = std::max(busiest, worker.cpu_share);
    switches += worker.involuntary_switches;
  }
  recording.add("worker-cpu", MetricKind::gauge, "", "share of a core that the busiest thread used", busiest);
  recording.add("lost-time", MetricKind::gauge, "", "share of its time in which the generator did not run",
                load::lost_share(load.workers));
  recording.count("involuntary-switches", "times that another process took a thread's core", switches);
  recording.add("degraded", MetricKind::gauge, "", "1 when the generator's own work may show in the figures",
                load.doubts().empty() ? 0.0 : 1.0);
}

}  // namespace

double VersionLoad::achieved_rate() const {
  double seconds = base::to_seconds(elapsed);
  if (requested_rate > 0)
    seconds = static_cast<double>(tally.scheduled) / requested_rate + base::to_seconds(tally.final_lag);
  return seconds > 0 ? static_cast<double>(requests()) / seconds : 0;
}

std::vector<Observation> observations_of(const VersionLoad& load, const std::string& provider,
                                         const std::vector<double>& percentiles,
                                         const std::set<std::string>& wanted) {
  Recording recording(load, provider, wanted);
  record_requests(recording, load);
  if (load.requested_rate > 0)
    recording.add("rate-asked", MetricKind::gauge, "/s", "requests per second that were asked for",
                  load.requested_rate);
  recording.add("rate-achieved", MetricKind::gauge, "/s", "requests per second that came to an end",
                load.achieved_rate());
  record_latencies(recording, load, percentiles);
  record_capped(recording, load);
  record_first_bytes(recording, load);
  record_parts(recording, load);
  if (load.tally.service.count() > 0) {
    recording.add("service", MetricKind::histogram, "msec", "time from the send to the end of the answer",
                  buckets_of(load.tally.service));
    recording.time("service-p50", "median time from the send to the end of the answer",
                   msec(load.tally.service.percentile(50)));
    recording.time("service-p99", "99-th percentile of the time from the send to the end of the answer",
                   msec(load.tally.service.percentile(99)));
  }
  if (load.requests() > 0 || load.tally.unsent > 0) record_self_check(recording, load);
  std::vector<Observation> observations = recording.take();
  if (load.protocol == LoadProtocol::websocket)
    std::ranges::move(websocket_observations(load, provider, wanted), std::back_inserter(observations));
  return observations;
}

std::vector<base::Duration> latency_limits(const std::vector<experiment::MetricLimit>& limits,
                                           const std::string& provider) {
  std::vector<base::Duration> times;
  for (const experiment::MetricLimit& limit : limits)
    if (limit.metric.starts_with(provider + "/latency-p") && limit.limit >= 0)
      times.emplace_back(std::llround(limit.limit * 1e6));
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  return times;
}

}  // namespace iter8::tasks
