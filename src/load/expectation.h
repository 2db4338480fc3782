#pragma once

#include <bitset>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace iter8::load {

inline constexpr std::size_t kStatuses = 1000;
/// A set of status codes from 0 to 999, one bit each.
using StatusSet = std::bitset<kStatuses>;

/// Status codes from lower to upper, both included.
struct StatusRange {
  int lower = 0;
  int upper = 999;
};

/// What a response has to look like to count as a success, beyond a status that is not an error. An empty
/// member accepts anything. Checked by ResponseValidator; a response that does not match counts as `expect`.
struct Expectation {
  std::vector<StatusRange> statuses;                         // the status is in one of these
  std::string body_contains;                                 // text in the body, after decompression
  std::vector<std::pair<std::string, std::string>> headers;  // a field of this name whose value contains this

  bool checks_fields() const { return !headers.empty() || !body_contains.empty(); }
  bool checks_body() const { return !body_contains.empty(); }
  bool is_empty() const { return statuses.empty() && !checks_fields(); }
};

}  // namespace iter8::load
