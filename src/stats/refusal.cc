#include "stats/refusal.h"

namespace iter8::stats {

std::string_view code_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::no_data:
      return "no-data";
    case Refusal::non_finite:
      return "non-finite";
    case Refusal::negative:
      return "negative";
    case Refusal::events_above_total:
      return "numerator>denominator";
    case Refusal::no_variance:
      return "all-equal";
    case Refusal::too_few:
      return "too-few";
    case Refusal::limit_out_of_range:
      return "limit-out-of-range";
    case Refusal::unordered:
      return "bucket-order";
    case Refusal::mismatched:
      break;
  }
  return "mixed-kinds";
}

std::string_view sentence_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::no_data:
      return "nothing was counted";
    case Refusal::non_finite:
      return "a value is not a finite number";
    case Refusal::negative:
      return "a count, variance, exposure or weight is negative";
    case Refusal::events_above_total:
      return "there are more events than units they were counted in";
    case Refusal::no_variance:
      return "all values are equal, so that the uncertainty of their mean cannot be measured";
    case Refusal::too_few:
      return "there are fewer units than the method needs";
    case Refusal::limit_out_of_range:
      return "the limit is outside of what the metric can be";
    case Refusal::unordered:
      return "the buckets overlap or do not ascend";
    case Refusal::mismatched:
      break;
  }
  return "the versions' data are of different kinds or numbers";
}

}  // namespace iter8::stats
