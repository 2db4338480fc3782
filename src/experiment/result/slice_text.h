#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "stats/dependence/load_slices.h"

namespace iter8::experiment {

/// Which figures the slices of one series have.
struct SliceLayout {
  std::size_t limits = 0;
  std::size_t error_classes = 0;
  bool is_capped = false;
};

/// One line a slice: "OK;FAILED;UNANSWERED;CUT_SHORT;ERRORS;FIRST;GAPS;CONTENT_GAPS", without what is zero at
/// its end. OK and FAILED
/// are latencies, "COUNT,SUM,SQUARES,CAPPED_SUM,CAPPED_SQUARES,ABOVE,…/HISTOGRAM" as far as there are a cap
/// and limits, or nothing; ERRORS is a count a class. The last three are times inside
/// responses, "COUNT,SUM,SQUARES/HISTOGRAM". Sums have as many digits as it takes to read the same
/// number back.
std::string to_text(const std::vector<stats::LoadSlice>& slices, const SliceLayout& layout);

/// The inverse. Throws base::Error with the line for what is not such a text, for more slices than a load
/// has, and for counts that contradict each other.
std::vector<stats::LoadSlice> slices_of_text(std::string_view text, const SliceLayout& layout);

}  // namespace iter8::experiment
