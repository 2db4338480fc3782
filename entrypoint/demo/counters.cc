#include "entrypoint/demo/counters.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/duration.h"

namespace iter8::demo {
namespace {

std::string counter(const char* name, const char* help, const std::string& version, std::uint64_t value) {
  return fmt::format("# HELP {0} {1}\n# TYPE {0} counter\n{0}{{version=\"{2}\"}} {3}\n", name, help, version,
                     value);
}

}  // namespace

void Counters::count_request(base::Duration latency) {
  const double seconds = base::to_seconds(latency);
  const auto bucket = std::lower_bound(kBounds.begin(), kBounds.end(), seconds) - kBounds.begin();
  buckets_[static_cast<std::size_t>(bucket)] += 1;
  seconds_ += seconds;
  requests_ += 1;
}

std::string Counters::page(const std::string& version) const {
  std::string text = counter("requests_total", "Requests served.", version, requests_);
  text += counter("errors_total", "Requests answered with status 500.", version, errors_);
  text += counter("orders_total", "Orders that converted.", version, orders_);
  text +=
      "# HELP request_duration_seconds Time to answer a request.\n"
      "# TYPE request_duration_seconds histogram\n";
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    cumulative += buckets_[i];
    const std::string bound = i < kBounds.size() ? fmt::format("{}", kBounds[i]) : "+Inf";
    text += fmt::format("request_duration_seconds_bucket{{version=\"{}\",le=\"{}\"}} {}\n", version, bound,
                        cumulative);
  }
  text += fmt::format("request_duration_seconds_sum{{version=\"{}\"}} {}\n", version, seconds_.load());
  text += fmt::format("request_duration_seconds_count{{version=\"{}\"}} {}\n", version, cumulative);
  return text;
}

}  // namespace iter8::demo
