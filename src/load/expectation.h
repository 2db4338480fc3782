#pragma once

#include <bitset>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace iter8::load {

inline constexpr std::size_t kStatuses = 1000;
/// One bit a status code from 0 to 999.
using StatusSet = std::bitset<kStatuses>;

/// Status codes from lower to upper, both included.
struct StatusRange {
  int lower = 0;
  int upper = 999;
};

/// What every answer of a request should be, beyond its status being no error. Empty = anything.
struct Expectation {
  std::vector<StatusRange> statuses;  // one of these
  std::string body_contains;          // in the body, decompressed where it is compressed
  std::vector<std::pair<std::string, std::string>> headers;  // a field of this name whose value contains this

  bool looks_at_fields() const { return !headers.empty() || !body_contains.empty(); }
  bool looks_at_body() const { return !body_contains.empty(); }
  bool is_empty() const { return statuses.empty() && !looks_at_fields(); }
};

}  // namespace iter8::load
