#pragma once

#include <string>
#include <string_view>

namespace iter8::experiment {

/// The one spelling under which a metric is stored. Percentiles have their shortest form (http/latency-p50.0
/// is http/latency-p50), and every older name is translated: iter8-fortio/p95, built-in/p95.0,
/// built-in/http-latency-p95, built-in/mean-latency, built-in/grpc-latency/mean, grpc/latency/p97.5,
/// http-<endpoint>/latency-p50.0. Any other name is returned unchanged.
std::string canonical_metric_name(std::string_view name);

/// Whether `name` has the form provider/name or provider/name/aggregate.
bool is_metric_name(std::string_view name);

/// What stands before the first slash: "http" of http/latency/p95. The whole of a name without one.
std::string provider_of(std::string_view name);

/// What stands behind the first slash: "latency/p95". The whole of a name without one.
std::string_view name_in_provider(std::string_view name);

/// Whether the metric of a load is a time inside its responses, by this name in its provider: to the first
/// byte or part (ttfb, ttft), of the transfer, between parts, for each token.
bool is_time_inside_response(std::string_view name);

/// Whether a load task (`http`, `grpc`, or an endpoint of one) makes the metric of this canonical name.
bool is_load_metric(std::string_view name);

}  // namespace iter8::experiment
