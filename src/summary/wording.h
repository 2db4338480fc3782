#pragma once

#include <string>

#include "experiment/result/result.h"

namespace iter8::summary {

/// The phrases that sentences about a result are made of. Like everything in this layer they are raw texts of
/// the result: whoever shows one escapes it for its place and masks secrets.

/// The version's name; its number where the result knows no such version.
std::string version_name(const experiment::Result& result, std::size_t version);

/// As version_name(), but "version 0" where the name is no more than the number: for columns and sentences.
std::string version_label(const experiment::Result& result, std::size_t version);

/// "http/latency-p95 of candidate"; the metric alone where there is one version.
std::string metric_of_version(const std::string& metric, const experiment::Result& result,
                              std::size_t version);

/// "http/latency-p95 (msec)"; the metric alone where it has no unit.
std::string metric_with_unit(const std::string& metric, const experiment::Result& result);

/// Why a check came out as it did: its reason, or its verdict where it has none.
std::string reason_of(const experiment::ObjectiveCheck& check);

/// As reason_of(), with what the objective's place in the verdict adds: "… (not gating)" where the file says
/// so, "… (a remark: the candidates decide)" of a baseline, "… (a remark: another version won)".
std::string reason_and_weight(const experiment::Objective& objective, std::size_t version);

/// "http (cart)" or "http".
std::string task_title(const experiment::Execution& execution);

/// The same, with ", iteration 2" from the second iteration on.
std::string execution_title(const experiment::Execution& execution);

/// "http (cart): connection refused", "http: interrupted; …".
std::string failure_text(const experiment::Execution& execution);

/// "experiment.yaml:7:3: error: unknown key 'tsks'".
std::string problem_text(const experiment::FileProblem& problem, const experiment::Result& result);

/// "2 of 2 tasks completed, 1 loop, started 2026-01-01T00:00:00Z, ended …, interrupted by SIGTERM".
std::string run_facts(const experiment::Result& result);

}  // namespace iter8::summary
