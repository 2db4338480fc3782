#pragma once

#include <set>
#include <string>
#include <vector>

#include "report/view.h"

namespace iter8::report {

/// Whether a table's cells also show the values behind true and false.
enum class Detail { verdicts, values };

/// One row an objective, one column a version: "true", "false", "no data", "inconclusive".
Table objective_table(const experiment::Result& result, Detail detail);

/// What the verdicts rest on, one row an objective and version: value, P(met), interval, samples, evidence
/// and verdict. Empty where bare numbers were compared.
Table evidence_table(const experiment::Result& result);

/// One row a reward and version: interval, P(best), expected loss, lift and P(beats baseline). Empty where
/// bare numbers were compared.
Table contest_table(const experiment::Result& result);

/// Scores, recommended traffic and how the looks went, one row each; empty where there are none.
Table decision_table(const experiment::Result& result);

/// One row a reward, one column a version, and who is best.
Table reward_table(const experiment::Result& result);

/// Metrics that an assessment shows and does not judge, one column a version.
Table indicator_table(const experiment::Result& result);

/// Every metric that has one number, and every one that an objective names, without what the load tables
/// show.
std::set<std::string> metric_names(const experiment::Result& result);

/// The latest number of every metric, and of every metric an objective names; one column a version. What the
/// load tables show, and histograms, which have no one number, are left out.
Table metric_table(const experiment::Result& result);

/// One table a load provider (http, grpc, http-<endpoint>): rates asked and achieved, requests, errors by
/// class and answers by status; one column a version.
std::vector<Table> load_tables(const experiment::Result& result);

/// Counts as integers, small numbers with three significant digits, others with two decimals; "unavailable"
/// for none.
std::string value_text(const std::optional<double>& value);

}  // namespace iter8::report
