#pragma once

#include <vector>

namespace iter8::experiment {

/// Which shards of one load this is about: the one that a process generates, or all that a merged result
/// contains.
struct Shards {
  std::vector<int> numbers;  // from 1, ascending
  int of = 1;                // how many shards the load has

  bool is_whole() const { return static_cast<int>(numbers.size()) == of; }
};

}  // namespace iter8::experiment
