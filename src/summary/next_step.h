#pragma once

#include <string>
#include <vector>

#include "experiment/result/result.h"

namespace iter8::summary {

/// What a reader can do after the run, a phrase an entry and the most useful first: "about 1,900 samples of
/// candidate (now 1,200), 40 s of load, would settle http/error-rate", "promote candidate", "iter8 run
/// --resume experiment.yaml continues". Never more than three; empty where nothing is to be done. The result
/// is kept in `result_file`; empty: nowhere, so that nothing can be resumed.
std::vector<std::string> next_steps(const experiment::Result& result, const std::string& result_file);

/// The commands that show more of the result in `result_file`: "iter8 report; page: iter8 report -o html >
/// report.html".
std::string report_commands(const std::string& result_file);

/// Why requests were errors, an entry a version that has some: "candidate: 390 answers with status 404, 3
/// failed by timeout". Of the latest load of each provider.
std::vector<std::string> error_causes(const experiment::Result& result);

}  // namespace iter8::summary
