#include "experiment/result/merge.h"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "experiment/result/merge_metrics.h"

namespace iter8::experiment {

namespace {

constexpr const char* kMissingShards = "missing-shards";

/// Identifies one execution in the results of all shards.
using Place = std::tuple<Section, std::size_t, int>;
Place place_of(const Execution& execution) {
  return {execution.section, execution.index, execution.iteration};
}

[[noreturn]] void refuse(const std::string& why) {
  throw base::UsageError("cannot merge: " + why);
}

std::string printable_source(const std::string& source) {
  return base::printable(source, 1000);
}

void check_same(const ShardResult& first, const ShardResult& other) {
  const Result& one = first.result;
  const Result& two = other.result;
  if (one.experiment_name != two.experiment_name)
    refuse(fmt::format("{} is a result of experiment '{}', but {} of '{}'", printable_source(first.source),
                       base::printable(one.experiment_name), printable_source(other.source),
                       base::printable(two.experiment_name)));
  if (one.versions != two.versions)
    refuse(fmt::format("{} has the versions {}, but {} has {}", printable_source(first.source),
                       base::printable(base::join(one.versions, ", ")), printable_source(other.source),
                       base::printable(base::join(two.versions, ", "))));
  if (one.digest != two.digest)
    refuse(fmt::format("{} and {} come from different contents of the experiment file ({} and {})",
                       printable_source(first.source), printable_source(other.source), one.digest,
                       two.digest));
}

/// Why the shard is incomplete; empty if it is complete.
std::string failure_of(const Result& result) {
  if (!result.interrupted.empty()) return "its run was stopped by " + result.interrupted;
  if (!result.failure) return {};
  for (const Execution& execution : result.executions)
    if (execution.status == ExecutionStatus::failed)
      return fmt::format("task {} failed: {}", execution.task, base::printable(execution.message));
  return "its run failed";
}

/// Refuses the results of runs that failed, or drops them.
void drop_failed_shards(std::vector<ShardResult>& shards, Missing missing) {
  std::string first_failure;
  std::erase_if(shards, [&](const ShardResult& shard) {
    const std::string failure = failure_of(shard.result);
    if (failure.empty()) return false;
    if (first_failure.empty()) first_failure = printable_source(shard.source) + ": " + failure;
    return true;
  });
  if (first_failure.empty() || (missing == Missing::noted && !shards.empty())) return;
  refuse(first_failure + (shards.empty() ? "" : "; --partial leaves it out"));
}

/// The shards of one execution that were given.
class PresentShards {
 public:
  void add(const Shards& shards, const std::string& source) {
    if (of_ == 0) {
      of_ = shards.of;
      first_ = source;
    }
    if (of_ != shards.of)
      refuse(fmt::format("{} is one of {} shards, but {} one of {}", printable_source(first_), of_,
                         printable_source(source), shards.of));
    for (const int number : shards.numbers) {
      const auto [other, is_new] = sources_.try_emplace(number, source);
      if (!is_new)
        refuse(fmt::format("shard {} of {} is in both {} and {}", number, of_,
                           printable_source(other->second), printable_source(source)));
    }
  }

  Shards shards() const {
    Shards present{.numbers = {}, .of = of_};
    for (const auto& [number, source] : sources_) present.numbers.push_back(number);
    return present;
  }

  /// "shard 3 of 4 is missing", or empty.
  std::string missing_text() const {
    std::vector<std::string> numbers;
    for (int number = 1; number <= of_ && numbers.size() < kMostNamed; ++number)
      if (!sources_.contains(number)) numbers.push_back(std::to_string(number));
    if (numbers.empty()) return {};
    const std::size_t missing = static_cast<std::size_t>(of_) - sources_.size();
    if (missing > numbers.size()) numbers.emplace_back("…");
    return fmt::format("{} {} of {} {} missing", missing == 1 ? "shard" : "shards", base::join(numbers, ", "),
                       of_, missing == 1 ? "is" : "are");
  }

 private:
  static constexpr std::size_t kMostNamed = 20;
  int of_ = 0;
  std::string first_;
  std::map<int, std::string> sources_;  // by number
};

std::map<Place, PresentShards> present_shards(const std::vector<ShardResult>& shards) {
  std::map<Place, PresentShards> present;
  for (const ShardResult& shard : shards) {
    bool is_shard = false;
    for (const Execution& execution : shard.result.executions) {
      if (!execution.shards) continue;
      present[place_of(execution)].add(*execution.shards, shard.source);
      is_shard = true;
    }
    if (!is_shard && shards.size() > 1)
      refuse(printable_source(shard.source) +
             " is not the result of a shard: none of its loads was run with the option `shard`");
  }
  return present;
}

void add_execution(Execution& into, const Execution& execution) {
  into.seconds = std::max(into.seconds, execution.seconds);
  into.start = std::min(into.start, execution.start);
  if (execution.status == ExecutionStatus::failed && into.status != ExecutionStatus::failed) {
    into.status = execution.status;
    into.message = execution.message;
  } else if (!execution.message.empty() && execution.message != into.message) {
    into.message += (into.message.empty() ? "" : " | ") + execution.message;
  }
  for (const Warning& warning : execution.warnings) {
    const bool is_known = std::any_of(into.warnings.begin(), into.warnings.end(),
                                      [&](const Warning& each) { return each.message == warning.message; });
    if (!is_known) into.warnings.push_back(warning);
  }
}

void add_run(Result& total, const Result& shard) {
  total.start = std::min(total.start, shard.start);
  total.end = total.end && shard.end ? std::optional(std::max(*total.end, *shard.end)) : std::nullopt;
  for (const Execution& execution : shard.executions) {
    const auto same =
        std::find_if(total.executions.begin(), total.executions.end(),
                     [&](const Execution& each) { return place_of(each) == place_of(execution); });
    if (same == total.executions.end())
      total.executions.push_back(execution);
    else
      add_execution(*same, execution);
  }
}

void record_shards(Result& total, const std::map<Place, PresentShards>& present) {
  for (Execution& execution : total.executions) {
    const auto found = present.find(place_of(execution));
    if (found == present.end()) continue;
    execution.shards = found->second.shards();
    std::erase_if(execution.warnings, [](const Warning& warning) { return warning.code == kMissingShards; });
    if (const std::string text = found->second.missing_text(); !text.empty())
      execution.warnings.push_back({.code = kMissingShards, .message = text});
  }
}

int last_iteration(const Result& result) {
  int last = 0;
  for (const Execution& execution : result.executions) last = std::max(last, execution.iteration);
  return last;
}

/// Removes what was decided on parts of the load, so that a resumed run decides it on the whole.
void reopen(Result& total) {
  total.merged = true;
  total.assessment.reset();
  const int last = last_iteration(total);
  const auto is_undecided = [](const Execution& execution) {
    return execution.verdict || execution.status == ExecutionStatus::skipped;
  };
  bool reopened_tasks = false;
  bool reopened = false;
  for (Execution& execution : total.executions) {
    if (!is_undecided(execution)) continue;
    if (execution.section == Section::tasks && execution.iteration < last) {
      execution.verdict.reset();
      execution.status = ExecutionStatus::skipped;
      execution.message = "left to the last iteration of the merged result";
      continue;
    }
    reopened = true;
    reopened_tasks = reopened_tasks || execution.section == Section::tasks;
  }
  std::erase_if(total.executions, [&](const Execution& execution) {
    if (execution.section == Section::finally) return reopened;
    return is_undecided(execution) && (execution.section == Section::setup || execution.iteration == last);
  });
  total.num_loops = reopened_tasks ? std::max(last - 1, 0) : last;
  total.num_completed_tasks = count_completed(total, last, [](const Execution&) { return true; });
  if (reopened) total.end.reset();
}

}  // namespace

Result merge_shards(std::vector<ShardResult> shards, Missing missing) {
  if (shards.empty()) refuse("expected at least one result");
  for (const ShardResult& shard : shards) check_same(shards.front(), shard);
  drop_failed_shards(shards, missing);
  const std::map<Place, PresentShards> present = present_shards(shards);
  for (const auto& [place, given] : present)
    if (const std::string text = given.missing_text(); missing == Missing::refused && !text.empty()) {
      const int iteration = std::get<int>(place);
      refuse(text + (iteration > 1 ? fmt::format(" in iteration {}", iteration) : "") +
             "; --partial merges the others");
    }

  Result total = std::move(shards.front().result);
  for (std::size_t i = 1; i < shards.size(); ++i) {
    add_run(total, shards[i].result);
    try {
      add_metrics(total, shards[i].result);
      add(total.series, shards[i].result.series);
    } catch (const base::Error& error) {
      refuse(printable_source(shards[i].source) + ": " + error.what());
    }
  }
  if (shards.size() > 1) derive_metrics(total);
  limit_blocks(total.series);
  limit_slices(total.series);
  record_shards(total, present);
  reopen(total);
  return total;
}

bool is_open(const Result& merged) {
  return !merged.end && merged.interrupted.empty();
}

}  // namespace iter8::experiment
