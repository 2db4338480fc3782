#pragma once

#include <vector>

namespace iter8::experiment {

/// Which parts of a load that several processes generate: of a process the one it did, of a merged result all
/// that are in it.
struct Shards {
  std::vector<int> numbers;  // from 1, ascending
  int of = 1;                // how many there are

  bool is_whole() const { return static_cast<int>(numbers.size()) == of; }
};

}  // namespace iter8::experiment
