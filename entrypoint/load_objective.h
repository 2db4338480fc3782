#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace iter8::entrypoint {

/// One `--slo` of `iter8 load`: "p99<200ms" is http/latency-p99 with the upper limit 200ms.
struct LoadObjective {
  std::string metric;  // canonical, http/…
  std::string side;    // the key of the limit in an experiment file: upper or lower
  std::string limit;   // as verdict::parse_limit() takes it
  bool is_relative = false;
};

/// METRIC<LIMIT or METRIC>LIMIT, also with <=, >=, ≤, ≥ and blanks; the limits themselves always count as
/// met, as in files. METRIC is a metric of a load with or without http/, or one of the short names such as
/// p99, mean, errors and rps; see docs/commands.md. Throws base::UsageError, with the grammar or the nearest
/// name.
LoadObjective parse_load_objective(std::string_view text);

/// What METRIC may be, for completion and messages: "p99", "error-rate", "latency-mean".
std::vector<std::string> load_metric_words();

}  // namespace iter8::entrypoint
