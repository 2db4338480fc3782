#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiment/foresight.h"
#include "verdict/criteria.h"

namespace iter8::verdict {

/// An objective that stays open however good the versions are, because the run is going to measure too
/// little.
struct Shortage {
  std::size_t objective = 0;  // of the criteria
  double requests = 0;        // that the file plans, of a version, in all iterations
  double seconds = 0;         // of load, the same
  /// So many requests in the same time would be enough; nothing where more of them alone are not.
  std::optional<double> needed;
  std::optional<double> needed_seconds;  // so much load would probably be enough
  std::string reason;                    // as the objective itself would say it at the end of that run
};

/// Judges a run in which every version behaves as well as each objective can ask for, by the very rules that
/// the real one will be judged by. Only objectives on errors and latencies of load tasks whose requests the
/// file limits can be foreseen; others are left out, and so are all where evidence comes from earlier runs,
/// too. A pure function.
std::vector<Shortage> shortages_of(const Criteria& criteria, const experiment::Foresight& foresight);

/// "100 requests of a version cannot certify http/error-rate <= 1%, even if all are good; it takes 299".
std::string to_text(const Shortage& shortage, const Criteria& criteria, int iterations);

}  // namespace iter8::verdict
