#pragma once

#include <string>
#include <vector>

#include "experiment/result/result.h"

namespace iter8::experiment {

/// The result of one process of several, and where it came from, for messages.
struct ShardResult {
  std::string source;
  Result result;
};

/// What to do when results of shards are missing or of a run that failed.
enum class Missing { refused, noted };

/// One result of what several processes measured together, each running its shard of the same experiment.
/// What loads measured is added without loss, see add_metrics(). A task's execution is that of the first, and
/// failed if it failed anywhere.
///
/// Nothing of it is judged, for what was judged were parts: the assessment is left out, and so are, of the
/// last iteration and of finally, the executions that gave a verdict or were skipped. A resumed run does them
/// on the whole; the result has no end when there are any.
///
/// Throws base::UsageError, naming the sources, when there are none, when they are of different experiments
/// or versions, when a shard is there twice, is missing, failed or is none at all.
Result merged(std::vector<ShardResult> shards, Missing missing = Missing::refused);

/// Whether the merged result waits for a resumed run.
bool is_open(const Result& merged);

}  // namespace iter8::experiment
