#pragma once

#include <cstdint>

#include "stats/histogram/histogram.h"

namespace iter8::load {

/// What was measured inside responses that consist of parts: the events of a stream, the messages of a call.
/// Empty where a load does not look into its responses.
///
/// Histograms hold durations, so a plain number is recorded as that many kOne.
struct PartTally {
  static constexpr std::int64_t kOne = 1'000'000;  // as a count, a rate of one per second; in nanoseconds

  std::int64_t count = 0;  // parts of all responses
  /// From the moment when a request fell due to the first part with content of its response; of requests that
  /// timed out before, the time until then, which it is longer than.
  stats::Histogram first_content;
  /// Of requests that were given up before their first content: how long they had been due.
  stats::Histogram first_content_cut_short;
  stats::Histogram gaps;          // between parts that follow each other in a response; all of all responses
  stats::Histogram content_gaps;  // the same of parts with content

  // Of each complete response that is not an error and has parts.
  stats::Histogram counts;      // its parts
  stats::Histogram rates;       // its parts per second, from the first to the last; of two or more
  stats::Histogram tokens;      // its output tokens, where it says how many
  std::int64_t all_tokens = 0;  // of all of them
  /// From the first content to the last, for each token after the first; of two tokens or more.
  stats::Histogram time_per_token;
  std::int64_t without = 0;  // complete responses that are not errors and have no part

  void add(const PartTally& other);
  /// Whether nothing was recorded: also where the load does not look into its responses.
  bool is_empty() const { return count == 0 && without == 0 && first_content.count() == 0; }
};

}  // namespace iter8::load
