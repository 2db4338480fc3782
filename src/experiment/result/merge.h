#pragma once

#include <string>
#include <vector>

#include "experiment/result/result.h"

namespace iter8::experiment {

/// The result of one of several processes, and the file it was read from, for messages.
struct ShardResult {
  std::string source;
  Result result;
};

/// What to do about shards that are missing or failed: refuse to merge, or merge the others and record a
/// warning.
enum class Missing { refused, noted };

/// Makes one result of what several processes measured, each running its shard of the same experiment. What
/// loads measured is added without loss, see add_metrics(). The execution of a task is that of the first
/// shard, and failed if it failed in any.
///
/// The merged result is not judged yet, because the shards judged only parts of the load, if anything. The
/// assessment is left out, and so are the executions of the last iteration and of finally that gave a verdict
/// or were skipped: a resumed run repeats them on the whole. If there are any, the result has no end time.
///
/// Throws base::UsageError, naming the sources, if there are none, if they belong to different experiments,
/// contents of the file or versions, or if a shard occurs twice, is missing, failed, or is not a shard.
Result merge_shards(std::vector<ShardResult> shards, Missing missing = Missing::refused);

/// Whether the merged result needs a resumed run.
bool is_open(const Result& merged);

}  // namespace iter8::experiment
