#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/options/fields.h"
#include "config/options/located.h"
#include "load/plan.h"
#include "tasks/load/pace_options.h"

namespace iter8::tasks {

/// Which of a host's addresses connections go to.
enum class AddressUse { first, all };

/// The fields that all tasks have which put load on versions: how much and for how long, and what is measured
/// of it.
struct LoadOptions {
  std::optional<std::int64_t> requests;
  std::optional<base::Duration> duration;
  std::optional<double> rate;
  std::int64_t connections = 4;
  load::Arrival arrival = load::Arrival::constant;
  base::Duration timeout = std::chrono::seconds(5);
  bool sequential = false;
  std::int64_t seed = 1;
  std::int64_t workers = 0;
  PaceOptions pace;
  std::optional<config::Located<std::string>> shard_text;
  load::Shard shard;  // the value of shard_text, where it is checked

  std::vector<double> percentiles;
  std::optional<base::Duration> latency_cap;

  bool warmup = false;
  base::Duration warmup_duration{0};
  bool allow_initial_errors = false;
  bool allow_all_failed = false;
};

const config::Fields<LoadOptions>& fields_of(const LoadOptions*);

/// The percentiles to report: those given first, then the usual 50, 75, 90, 95, 99 and 99.9.
std::vector<double> percentiles_of(const LoadOptions& options);

/// The load of `targets` that the options ask for, but for apply_pace().
load::Plan plan_of(const LoadOptions& options, std::vector<load::Target> targets);

/// Of times that a request may take: as long as a histogram can hold.
config::Check<base::Duration> valid_timeout();

}  // namespace iter8::tasks

namespace iter8::config {

template <>
struct Choices<load::Arrival> {
  static constexpr std::array names{std::pair{"constant", load::Arrival::constant},
                                    std::pair{"poisson", load::Arrival::poisson},
                                    std::pair{"closed", load::Arrival::closed}};
};

template <>
struct Choices<tasks::AddressUse> {
  static constexpr std::array names{std::pair{"first", tasks::AddressUse::first},
                                    std::pair{"all", tasks::AddressUse::all}};
};

}  // namespace iter8::config
