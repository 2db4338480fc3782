#include "experiment/metric/metric_name.h"

#include <catch2/catch.hpp>

using iter8::experiment::canonical_metric_name;
using iter8::experiment::is_metric_name;

namespace {

struct Spelling {
  std::string older;
  std::string canonical;
};

}  // namespace

TEST_CASE("every older spelling of a metric is translated") {
  const auto [older, canonical] = GENERATE(values<Spelling>({
      {"iter8-fortio/p95", "http/latency-p95"},
      {"iter8-fortio/p50.0", "http/latency-p50"},
      {"iter8-fortio/mean-latency", "http/latency-mean"},
      {"iter8-fortio/request-count", "http/request-count"},
      {"built-in/p95.0", "http/latency-p95"},
      {"built-in/p99.9", "http/latency-p99.9"},
      {"built-in/mean-latency", "http/latency-mean"},
      {"built-in/stddev-latency", "http/latency-stddev"},
      {"built-in/min-latency", "http/latency-min"},
      {"built-in/max-latency", "http/latency-max"},
      {"built-in/error-rate", "http/error-rate"},
      {"built-in/latency", "http/latency"},
      {"built-in/http-latency-p97.5", "http/latency-p97.5"},
      {"built-in/http-latency-p50.0", "http/latency-p50"},
      {"built-in/http-error-count", "http/error-count"},
      {"built-in/grpc-error-rate", "grpc/error-rate"},
      {"built-in/grpc-latency/mean", "grpc/latency-mean"},
      {"built-in/grpc-latency/p90.0", "grpc/latency-p90"},
      {"grpc/latency/p97.5", "grpc/latency-p97.5"},
      {"http/ok-latency-p50.0", "http/ok-latency-p50"},
      {"http-cart/ok-latency/mean", "http-cart/ok-latency-mean"},
      {"grpc/latency/max", "grpc/latency-max"},
      {"http/latency-p50.0", "http/latency-p50"},
      {"http/latency-p.5", "http/latency-p0.5"},
      {"http/latency-p50.", "http/latency-p50"},
      {"http-cart/latency-p50.0", "http-cart/latency-p50"},
      {"grpc-cart/latency/p50.0", "grpc-cart/latency-p50"},
      {"iter8-system/mean-latency", "http/latency-mean"},
      {"iter8-system/latency-95th-percentile", "http/latency-p95"},
      {"built-in/latency-99th-percentile", "http/latency-p99"},
  }));
  CHECK(canonical_metric_name(older) == canonical);
  CHECK(canonical_metric_name(canonical) == canonical);
}

TEST_CASE("a name that is canonical or unknown stays as it is") {
  const std::string name = GENERATE("http/latency-p95", "prometheus/p95.0", "prometheus/latency/p50.0",
                                    "mean-latency", "http/latency-pxyz", "http/latency-p101",
                                    "http/latency-p1.2.3", "http/latency-p", "abn/orders/mean", "", "/");
  CHECK(canonical_metric_name(name) == name);
}

TEST_CASE("a metric name has a provider, a name and perhaps an aggregate") {
  CHECK(is_metric_name("http/error-rate"));
  CHECK(is_metric_name("abn/orders/mean"));
  CHECK_FALSE(is_metric_name("error-rate"));
  CHECK_FALSE(is_metric_name("a/b/c/d"));
  CHECK_FALSE(is_metric_name("http/"));
  CHECK_FALSE(is_metric_name("http/a b"));
  CHECK_FALSE(is_metric_name("http/a\n"));
  CHECK_FALSE(is_metric_name("http/\xff"));
}
