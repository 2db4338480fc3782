#include <array>
#include <string_view>

#include <fmt/format.h>

#include "base/number.h"
#include "load/grpc_status.h"
#include "tasks/load/metrics.h"
#include "tasks/load/part_metrics.h"

namespace iter8::tasks {

namespace {

constexpr std::array<std::string_view, 28> kNames = {"request-count",   "error-count",
                                                     "error-rate",      "no-answer-count",
                                                     "in-flight-count", "rate-asked",
                                                     "rate-achieved",   "rate-ratio",
                                                     "latency",         "latency-mean",
                                                     "latency-stddev",  "latency-min",
                                                     "latency-max",     "unknown-latency-count",
                                                     "ok-latency",      "service",
                                                     "service-p50",     "service-p99",
                                                     "lateness-p50",    "lateness-p99",
                                                     "lateness-max",    "queued-count",
                                                     "queued-p99",      "worker-cpu",
                                                     "degraded",        "involuntary-switches",
                                                     "lost-time",       "unsent-count"};

}  // namespace

std::vector<std::string> metric_names(const std::string& provider, const std::vector<double>& percentiles,
                                      LoadProtocol protocol) {
  std::vector<std::string> names;
  for (const std::string_view name : kNames) names.push_back(fmt::format("{}/{}", provider, name));
  for (const char* aggregate : {"mean", "stddev", "min", "max"})
    names.push_back(fmt::format("{}/ok-latency-{}", provider, aggregate));
  for (const double p : percentiles) {
    names.push_back(fmt::format("{}/latency-p{}", provider, base::shortest(p)));
    names.push_back(fmt::format("{}/ok-latency-p{}", provider, base::shortest(p)));
  }
  for (std::size_t i = 0; i < load::kErrorClasses; ++i)
    names.push_back(fmt::format("{}/errors-{}", provider, to_text(static_cast<load::ErrorClass>(i))));
  for (std::string& name : first_byte_metric_names(provider)) names.push_back(std::move(name));
  if (protocol == LoadProtocol::grpc) {
    for (std::size_t i = 1; i < load::kGrpcStatuses; ++i)
      names.push_back(fmt::format("{}/errors-{}", provider, to_text(static_cast<load::GrpcStatus>(i))));
  } else {
    names.push_back(provider + "/status-#");
  }
  if (protocol == LoadProtocol::http) return names;
  for (const char* name :
       {"messages-sent", "messages-received", "message-size-sent", "message-size-received"})
    names.push_back(fmt::format("{}/{}", provider, name));
  if (protocol == LoadProtocol::websocket)
    for (const char* name : {"unsolicited-count", "close-*"})
      names.push_back(fmt::format("{}/{}", provider, name));
  return names;
}

std::vector<std::string> capped_metric_names(const std::string& provider) {
  return {provider + "/latency-mean-capped", provider + "/latency-above-cap"};
}

}  // namespace iter8::tasks
