#pragma once

#include <map>
#include <string>
#include <vector>

#include "experiment/result/result.h"
#include "report/html/chart.h"

namespace iter8::report {

/// One block of a load: what happened from so many seconds of load to so many. Borrows the block.
struct Stretch {
  const experiment::LoadBlock* block = nullptr;
  double from = 0;
  double to = 1;

  double seconds() const { return to - from; }
};

/// One version in one window of load.
struct CoursePart {
  const experiment::LoadSeries* series = nullptr;
  double offset = 0;  // where it begins, in seconds of load
  std::vector<Stretch> stretches;
};

/// All loads of one provider over all iterations, one after the other: the time between them, in which
/// nothing was sent, is left out. Borrows from the result.
struct LoadCourse {
  std::string provider;
  double seconds = 0;  // of load
  std::vector<CoursePart> parts;
  std::vector<ChartDivider> beginnings;  // of iterations; none for one

  /// The versions that were loaded, ascending.
  std::vector<std::size_t> versions() const;
};

/// In the order of the providers' names.
std::vector<LoadCourse> courses_of(const experiment::Result& result);

/// Where a version seems to have stood still: at least three requests in a row, half of them and more took
/// ten times the median and a tenth of a second, or got no answer. From the slices; none without them.
std::vector<ChartBand> stalls_of(const LoadCourse& course);

}  // namespace iter8::report
