#include "stats/math/invalid_reason.h"

namespace iter8::stats {

std::string_view code_of(InvalidReason invalid_reason) {
  switch (invalid_reason) {
    case InvalidReason::no_data:
      return "no-data";
    case InvalidReason::non_finite:
      return "non-finite";
    case InvalidReason::negative:
      return "negative";
    case InvalidReason::events_above_total:
      return "numerator>denominator";
    case InvalidReason::no_variance:
      return "all-equal";
    case InvalidReason::too_few:
      return "too-few";
    case InvalidReason::limit_out_of_range:
      return "limit-out-of-range";
    case InvalidReason::unordered:
      return "bucket-order";
    case InvalidReason::mismatched:
      break;
  }
  return "mixed-kinds";
}

std::string_view sentence_of(InvalidReason invalid_reason) {
  switch (invalid_reason) {
    case InvalidReason::no_data:
      return "nothing was counted";
    case InvalidReason::non_finite:
      return "a value is not a finite number";
    case InvalidReason::negative:
      return "a count, variance, exposure or weight is negative";
    case InvalidReason::events_above_total:
      return "there are more events than units they were counted in";
    case InvalidReason::no_variance:
      return "all values are equal, so that the uncertainty of their mean cannot be measured";
    case InvalidReason::too_few:
      return "there are fewer units than the method needs";
    case InvalidReason::limit_out_of_range:
      return "the limit is outside of what the metric can be";
    case InvalidReason::unordered:
      return "the buckets overlap or do not ascend";
    case InvalidReason::mismatched:
      break;
  }
  return "the versions' data are of different kinds or numbers";
}

}  // namespace iter8::stats
