#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/options/fields.h"
#include "config/options/located.h"
#include "load/plan.h"
#include "tasks/load/stop_rule.h"

namespace iter8::tasks {

struct StageOptions {
  base::Duration duration{0};
  double rate = 0;
};

/// The options of load tests beyond rate, duration and connections: how the load changes, what happens when
/// the service does not keep up, and when the load ends early. Parsed once and immutable.
struct PaceOptions {
  std::vector<StageOptions> stages;
  std::optional<config::Located<std::string>> trace;
  std::optional<std::int64_t> max_connections;
  std::optional<std::int64_t> queue;
  base::Duration think_time{0};
  std::optional<base::Duration> think_time_max;
  load::Precision precision = load::Precision::normal;
  load::Drain drain = load::Drain::drain;
  std::optional<StopRule> stop_when;
  std::optional<std::int64_t> error_budget;
};

/// Of times that may be 0.
config::Check<base::Duration> not_negative();

const config::Fields<StageOptions>& fields_of(const StageOptions*);
const config::Fields<PaceOptions>& fields_of(const PaceOptions*);

/// The task's other options that these have to agree with.
struct PaceContext {
  load::Arrival arrival = load::Arrival::constant;
  std::int64_t connections = 1;
  bool has_rate = false;
  bool has_end = false;  // a duration or a number of requests
};

/// Reports options that contradict each other or the context.
void check_pace(const PaceOptions& options, const PaceContext& context, const config::Node& node,
                config::Problems& problems);
/// Reports a trace that cannot be read.
void check_trace(const PaceOptions& options, const std::filesystem::path& directory,
                 config::Problems& problems);

/// Puts the options into the plan, whose rate, arrival and connections are set. Throws base::Error when the
/// trace cannot be read.
void apply_pace(const PaceOptions& options, const std::filesystem::path& directory, load::Plan& plan);

/// The times of a trace: a line each, seconds as a number or a duration ("250ms"), counted from the beginning
/// and ascending; of a line with commas the first column, and a first line that is not a time is a heading.
/// Empty lines and those that begin with # are skipped. Throws base::Error with the line.
std::vector<base::Duration> parse_trace(std::string_view text);

}  // namespace iter8::tasks

namespace iter8::config {

template <>
struct Choices<load::Precision> {
  static constexpr std::array names{std::pair{"normal", load::Precision::normal},
                                    std::pair{"high", load::Precision::high}};
};

template <>
struct Choices<load::Drain> {
  static constexpr std::array names{std::pair{"drain", load::Drain::drain},
                                    std::pair{"cut", load::Drain::cut}};
};

}  // namespace iter8::config
