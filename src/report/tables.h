#pragma once

#include <set>
#include <string>
#include <vector>

#include "experiment/result/result.h"
#include "report/text_style.h"
#include "summary/verdict.h"

namespace iter8::report {

/// The tables that the text, Markdown and HTML reports share, so that the three say the same: built here
/// once, drawn by each format. Texts are as they are in the result, and each format makes them safe in its
/// own way.
struct Table {
  std::string title;
  std::vector<std::string> header;  // one title a column
  std::vector<std::vector<std::string>> rows =
      {};  // a cell for each column; no rows = the table is not shown
  /// Of a table that is too wide for its place: the order in which columns are left out, from 1; 0 = stays.
  /// Empty for tables with one column a version, which are shown in parts instead.
  std::vector<int> leaves = {};
  /// Of a table of verdicts: how to take each cell behind the first of each row, in the order of `rows`.
  /// Empty for other tables, whose cells have neither colours nor signs.
  std::vector<std::vector<summary::Tone>> tones = {};
};

/// Whether the cells of objective_table() also show the values behind true and false.
enum class Detail { verdicts, values };

/// One row an objective, one column a version: "true", "false", "no data" or "inconclusive". Has tones.
Table objective_table(const experiment::Result& result, Detail detail);

/// What the verdicts rest on, one row an objective and version: value, probability that it is met, interval,
/// samples, kind of evidence and verdict. No rows where bare numbers were compared.
Table evidence_table(const experiment::Result& result);

/// How versions compare by rewards, one row a reward and version: interval, probability to be the best,
/// expected loss, lift, probability to beat the baseline. No rows where bare numbers were compared.
Table comparison_table(const experiment::Result& result);

/// The same for objectives and indicators: interval, and where it is known which direction is better, the
/// probabilities. No rows where bare numbers were compared.
Table other_comparison_table(const experiment::Result& result);

/// Probabilities that every objective is met, scores, recommended traffic and how the looks went, one row
/// each; no rows where there are none.
Table decision_table(const experiment::Result& result);

/// One row a reward, one column a version, and who is best.
Table reward_table(const experiment::Result& result);

/// Metrics that an assessment shows and does not judge, one column a version.
Table indicator_table(const experiment::Result& result);

/// The metrics of metric_table(): every one that has one number, and every one that an objective names,
/// without what load_tables() shows. Those of the generator only with Scope::everything or when an objective
/// names them.
std::set<std::string> metric_names(const experiment::Result& result, Scope scope = Scope::application);

/// The latest number of each of metric_names(), one column a version. Histograms have no one number and are
/// left out.
Table metric_table(const experiment::Result& result, Scope scope = Scope::application);

/// One table for each provider of a load (http, grpc, http-<endpoint>): rates asked and achieved, requests,
/// errors by class and responses by status; one column a version.
std::vector<Table> load_tables(const experiment::Result& result, Scope scope = Scope::application);

/// A number of a table: two decimals, or three significant digits below 1; "unavailable" for none.
std::string value_text(const std::optional<double>& value);

}  // namespace iter8::report
