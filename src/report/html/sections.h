#pragma once

#include <string>

#include "report/html/view.h"

namespace iter8::report {

/// The parts of a page, from top to bottom. Each returns markup, or nothing where the result has nothing for
/// it, and works for results of any age and state.

/// The verdict, the sentence that says why, what puts it in doubt, the winner, and when the run was.
std::string verdict_header(const View& view);

/// What went wrong before anything could be judged, and warnings that belong to nothing else.
std::string failure_section(const View& view);
std::string remark_section(const View& view);

/// One row a version: how many objectives it meets, how probable that is, its score and recommended traffic.
std::string version_section(const View& view);

/// A card for each objective: all versions against its limits on one axis. Of many objectives those that are
/// met are folded away.
std::string objective_section(const View& view);

/// A card for each reward: lifts with intervals and the probability to be the best; and how the versions
/// compare in other metrics.
std::string reward_section(const View& view);
std::string comparison_section(const View& view);

/// How the evidence of each objective grew from look to look.
std::string look_section(const View& view);

/// Distributions and percentile curves of histograms, with the limits on them drawn in.
std::string distribution_section(const View& view);

/// Rates, errors and latencies of each load over all iterations.
std::string course_section(const View& view);

/// The tasks as bars over the time of the run, with their messages.
std::string task_section(const View& view);

/// The tables of metrics and of the loads.
std::string number_section(const View& view);

/// What somebody needs to run it again, or to know that it was this file.
std::string origin_section(const View& view);

}  // namespace iter8::report
