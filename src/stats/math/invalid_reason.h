#pragma once

#include <optional>
#include <string_view>

namespace iter8::stats {

/// Why data or arguments carry no information. Invalid data is a value, not an exception: functions about
/// evidence return the reason in place of numbers, and invalid data is never a pass. Functions that return a
/// plain number return NaN instead, which fails every comparison.
enum class InvalidReason {
  no_data,             // nothing was counted
  non_finite,          // NaN or an infinity
  negative,            // a negative count, variance, exposure or weight
  events_above_total,  // more events than units they were counted in
  no_variance,         // all values are equal: a mean has no measurable uncertainty
  too_few,             // fewer units than the method needs at all
  limit_out_of_range,  // a share outside 0 to 1, a quantile level outside (0, 1)
  unordered,           // buckets that overlap or do not ascend
  mismatched,          // the versions' data are of different kinds, or lists differ in length
};

/// The machine-readable code of warnings: "no-data", "non-finite", "negative", "numerator>denominator",
/// "all-equal", "too-few", "limit-out-of-range", "bucket-order", "mixed-kinds".
std::string_view code_of(InvalidReason invalid_reason);

/// A plain sentence without subject: "there are more events than units they were counted in".
std::string_view sentence_of(InvalidReason invalid_reason);

}  // namespace iter8::stats
