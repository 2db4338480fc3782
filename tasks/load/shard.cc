#include "tasks/load/shard.h"

#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/error.h"
#include "base/number.h"
#include "base/text.h"

namespace iter8::tasks {

namespace {

constexpr long long kMaxShards = 10'000;

/// How a CI system numbers the processes of a parallel job.
struct Numbering {
  const char* index;
  const char* total;
  int first;
};
constexpr std::array kNumberings = {
    Numbering{"CI_NODE_INDEX", "CI_NODE_TOTAL", 1},           // GitLab
    Numbering{"JOB_COMPLETION_INDEX", "JOB_COMPLETIONS", 0},  // Kubernetes; the total is set by hand
    Numbering{"CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0},   // CircleCI
    Numbering{"BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0},  // Buildkite
};

/// nullopt unless 1 <= number <= total.
std::optional<load::Shard> shard_from(const std::optional<long long>& number,
                                      const std::optional<long long>& total) {
  if (!number || !total || *number < 1 || *number > *total || *total > kMaxShards) return std::nullopt;
  return load::Shard{.index = static_cast<int>(*number - 1), .count = static_cast<int>(*total)};
}

load::Shard parse_shard(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    const auto shard =
        shard_from(base::parse_integer(text.substr(0, slash)), base::parse_integer(text.substr(slash + 1)));
    if (shard) return *shard;
  }
  throw base::Error(
      fmt::format("shard: found '{}', expected auto, or which of how many as 2/4", base::printable(text)));
}

}  // namespace

load::Shard shard_of(std::string_view text, const base::Environment& environment) {
  if (text != "auto") return parse_shard(text);
  if (const auto own = environment.get("ITER8_SHARD"); own && !own->empty()) return parse_shard(*own);
  for (const Numbering& numbering : kNumberings) {
    if (!environment.has(numbering.index)) continue;
    const std::string index = environment.get(numbering.index).value_or("");
    const std::string total = environment.get(numbering.total).value_or("");
    auto number = base::parse_integer(index);
    if (number) *number += 1 - numbering.first;
    if (const auto shard = shard_from(number, base::parse_integer(total))) return *shard;
    throw base::Error(
        fmt::format("shard: auto: {} is '{}' and {} is '{}', which number no process of a parallel job",
                    numbering.index, base::printable(index), numbering.total, base::printable(total)));
  }
  return {};
}

}  // namespace iter8::tasks
