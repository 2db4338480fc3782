#include "verdict/latency_doubt.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/number.h"
#include "experiment/metric/metric_name.h"

namespace iter8::verdict {

using experiment::Result;

namespace {

constexpr std::string_view kLatency = "latency";
constexpr std::string_view kOkLatency = "ok-latency";
constexpr std::string_view kFirstByte = "ttfb";
constexpr std::string_view kFirstContent = "ttft";
constexpr std::string_view kCapped = "-capped";  // at the end of a mean's name
constexpr std::string_view kAboveCap = "latency-above-cap";
/// Of the requests of a mean whose latency may be unknown.
constexpr double kFewUnknown = 0.05;
constexpr double kRounding = 1e-9;

/// The latest numbers of one load on one version, and which of its latencies are asked about.
struct Load {
  const Result& result;
  std::string provider;
  std::size_t version = 0;
  std::string_view latencies = kLatency;

  double count(const std::string& name) const {
    return latest_value(result, provider + "/" + name, version).value_or(0);
  }
  const experiment::BucketCounts* latency() const {
    const auto* counts = histogram(latencies);
    // Without a histogram of its own, each first byte came with the last.
    return counts || latencies != kFirstByte ? counts : histogram(kLatency);
  }
  const experiment::BucketCounts* histogram(std::string_view name) const {
    const auto* data = latest(result, fmt::format("{}/{}", provider, name), version);
    return data ? std::get_if<experiment::BucketCounts>(data) : nullptr;
  }
  /// Whether requests that ran out of time are among them, with the time that they took.
  bool include_timeouts() const { return latencies != kOkLatency; }
};

/// Which share of the requests may be above a limit on this aggregate; nothing where none matters.
std::optional<double> allowed_share(std::string_view aggregate) {
  if (aggregate == "max") return 0;
  if (aggregate == "mean" || aggregate == "stddev") return kFewUnknown;
  const auto percent = aggregate.starts_with('p') ? base::parse_number(aggregate.substr(1)) : std::nullopt;
  return percent ? std::optional(1 - *percent / 100) : std::nullopt;
}

/// Requests that count as unknown for this limit. Those that ran out of time have at least the timeout, which
/// says nothing about a limit beyond it; without errors, they are not among the latencies at all.
double unknown_requests(const Load& load, double limit) {
  const double unknown = load.count("unknown-latency-count");
  if (load.include_timeouts() && limit < load.count("latency-max")) return unknown;
  return unknown + load.count("errors-timeout") + load.count("errors-overflow");
}

std::string doubt_text(double unknown, double total) {
  return fmt::format(
      "{:.0f} of {:.0f} requests have no known latency (no answer, or none in time): with "
      "them, it could be above the limit",
      unknown, total);
}

/// `limit` is a share.
std::string doubt_about_share(const Load& load, const std::string& metric, double limit) {
  const auto* data = latest(load.result, metric, load.version);
  const auto* share = data ? std::get_if<experiment::Proportion>(data) : nullptr;
  const double unknown = load.count("unknown-latency-count");
  if (!share || unknown <= 0) return {};
  const double total = static_cast<double>(share->total) + unknown;
  const bool holds = static_cast<double>(share->count) + unknown <= (limit + kRounding) * total;
  return holds ? std::string() : doubt_text(unknown, total);
}

}  // namespace

std::string doubt_about(const Result& result, const std::string& metric, std::size_t version, double limit) {
  if (!experiment::is_load_metric(metric)) return {};
  std::string_view whole = experiment::name_in_provider(metric);
  if (whole == kAboveCap)
    return doubt_about_share({result, experiment::provider_of(metric), version}, metric, limit);
  if (whole.ends_with(kCapped)) whole.remove_suffix(kCapped.size());
  const std::size_t dash = whole.rfind('-');
  const std::string_view name = whole.substr(0, dash);
  constexpr std::array kNames = {kLatency, kOkLatency, kFirstByte, kFirstContent};
  const auto* known = std::find(kNames.begin(), kNames.end(), name);
  if (dash == std::string_view::npos || known == kNames.end()) return {};
  const std::string_view aggregate = whole.substr(dash + 1);
  const auto allowed = allowed_share(aggregate);
  const Load load{
      .result = result, .provider = experiment::provider_of(metric), .version = version, .latencies = *known};
  const auto* latency = load.latency();
  if (!allowed || !latency) return {};

  const double unknown = unknown_requests(load, limit);
  double total = load.include_timeouts() ? load.count("no-answer-count") : unknown;
  double above = 0;
  for (const experiment::Bucket& bucket : latency->buckets) {
    total += static_cast<double>(bucket.count);
    if (aggregate.starts_with('p') && bucket.upper > limit) above += static_cast<double>(bucket.count);
  }
  if (unknown <= 0 || above + unknown <= (*allowed + kRounding) * total) return {};
  return doubt_text(unknown, total);
}

}  // namespace iter8::verdict
