// One page that stands alone: no script, nothing loaded from elsewhere, readable in light and dark and on
// paper.
#include <fmt/format.h>

#include "base/clock.h"
#include "report/escaping.h"
#include "report/formats.h"
#include "report/plot.h"
#include "report/tables.h"
#include "report/view.h"

namespace iter8::report {

using experiment::Result;

namespace {

constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--ink:#1f2328;--soft:#656d76;--line:#d0d7de;--back:#fff;--panel:#f6f8fa;
--good:#1a7f37;--bad:#cf222e;--open:#9a6700;--v0:#0969da;--v1:#bc4c00;--v2:#1a7f37;--v3:#8250df;--v4:#bf3989;--v5:#57606a}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#8d96a0;--line:#30363d;--back:#0d1117;--panel:#161b22;
--good:#3fb950;--bad:#f85149;--open:#d29922;--v0:#58a6ff;--v1:#f0883e;--v2:#3fb950;--v3:#bc8cff;--v4:#f778ba;--v5:#8d96a0}}
body{margin:2rem auto;max-width:60rem;padding:0 1rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--back)}
h1{font-size:1.6rem;margin:0 0 .3rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}
.verdict{display:inline-block;padding:.1rem .7rem;border-radius:1rem;color:var(--back);background:var(--open)}
.good{color:var(--good)}.bad{color:var(--bad)}.open{color:var(--open)}
.verdict.good{color:var(--back);background:var(--good)}.verdict.bad{color:var(--back);background:var(--bad)}
.soft{color:var(--soft)}.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{border-bottom:1px solid var(--line);padding:.35rem .6rem;text-align:right;overflow-wrap:anywhere}
th:first-child,td:first-child{text-align:left}thead th{background:var(--panel)}
li{overflow-wrap:anywhere}figure{margin:1rem 0}figcaption{color:var(--soft);font-size:.9rem}
svg{width:100%;height:auto}svg text{font:11px system-ui,sans-serif;fill:var(--soft)}
.grid{stroke:var(--line);stroke-width:1}.line{fill:none;stroke-width:1.8}
.v0{stroke:var(--v0);color:var(--v0)}.v1{stroke:var(--v1);color:var(--v1)}.v2{stroke:var(--v2);color:var(--v2)}
.v3{stroke:var(--v3);color:var(--v3)}.v4{stroke:var(--v4);color:var(--v4)}.v5{stroke:var(--v5);color:var(--v5)}
.thin{stroke-width:.9}.dashed{stroke-width:1.2;stroke-dasharray:6 3}.dotted{stroke-width:1.4;stroke-dasharray:1.5 2.5}
.key::before{content:"\25AC ";}.legend{font-size:.9rem}
)";

/// The class of a word that says how something came out.
std::string_view class_of(std::string_view word) {
  if (word == "pass" || word.starts_with("true") || word == "completed") return "good";
  if (word == "fail" || word.starts_with("false") || word == "failed" || word == "invalid file") return "bad";
  return "open";
}

enum class Cells { plain, verdicts };

std::string table_text(const Table& table, Cells cells) {
  if (table.rows.empty()) return {};
  std::string text = "<div class=\"wide\"><table><thead><tr>";
  for (const std::string& title : table.header) text += "<th scope=\"col\">" + xml_escaped(title) + "</th>";
  text += "</tr></thead><tbody>\n";
  for (const auto& row : table.rows) {
    text += "<tr>";
    for (std::size_t column = 0; column < row.size(); ++column) {
      const bool is_verdict = cells == Cells::verdicts && column > 0;
      const std::string look = is_verdict ? fmt::format(" class=\"{}\"", class_of(row[column])) : "";
      text += "<td" + look + ">" + xml_escaped(row[column]) + "</td>";
    }
    text += "</tr>\n";
  }
  return text + "</tbody></table></div>\n";
}

std::string section(std::string_view title, const std::string& content) {
  if (content.empty()) return {};
  return "<section><h2>" + xml_escaped(title) + "</h2>\n" + content + "</section>\n";
}

std::string list_text(const std::vector<std::string>& lines) {
  if (lines.empty()) return {};
  std::string text = "<ul>\n";
  for (const std::string& line : lines) text += "<li>" + xml_escaped(line) + "</li>\n";
  return text + "</ul>\n";
}

Table task_table(const Result& result) {
  Table table{.title = "Tasks", .header = {"Task", "Status", "Seconds", "Message"}, .rows = {}};
  for (const experiment::Execution& execution : result.executions) {
    std::string name = title_of(execution);
    if (execution.iteration > 1) name += fmt::format(", iteration {}", execution.iteration);
    table.rows.push_back({std::move(name), std::string(to_text(execution.status)),
                          fmt::format("{:.1f}", execution.seconds), execution.message});
  }
  return table;
}

std::string head(const Result& result, const std::string& title) {
  const std::string verdict = headline(result);
  std::string text = fmt::format("<header><h1>{} <span class=\"verdict {}\">{}</span></h1>\n", title,
                                 class_of(verdict), xml_escaped(verdict));
  if (const std::string winner = winner_sentence(result); !winner.empty())
    text += "<p>Winner: " + xml_escaped(winner) + "</p>\n";
  std::string facts = fmt::format("{} of {} tasks completed, {} loop{}, started {}",
                                  result.num_completed_tasks, result.num_tasks, result.num_loops,
                                  result.num_loops == 1 ? "" : "s", base::to_rfc3339(result.start));
  if (result.end) facts += ", ended " + base::to_rfc3339(*result.end);
  if (!result.interrupted.empty()) facts += ", interrupted by " + result.interrupted;
  return text + "<p class=\"soft\">" + xml_escaped(facts) + "</p></header>\n";
}

}  // namespace

std::string html(const Result& result) {
  const std::string title =
      xml_escaped(result.experiment_name.empty() ? "Experiment" : result.experiment_name);
  std::string page =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
      // Should a text get past the escaping, nothing in it can run or be fetched.
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\">\n"
      "<title>" +
      title + ": " + xml_escaped(headline(result)) + "</title>\n<style>" + std::string(kStyle) +
      "</style></head><body>\n";
  page += head(result, title);
  page += section(failures_title(result), list_text(failures(result)));
  page += section("Objectives", table_text(objective_table(result, Detail::values), Cells::verdicts));
  page += section("Objectives that are not satisfied", list_text(objections(result)));
  page += section("Rewards", table_text(reward_table(result), Cells::plain));
  for (const Table& table :
       {evidence_table(result), contest_table(result), decision_table(result), indicator_table(result)})
    page += section(table.title, table_text(table, Cells::plain));
  page += section("Distributions", svg_histograms(result));
  page += section("Over time", svg_courses(result));
  page += section("Metrics", table_text(metric_table(result), Cells::plain));
  for (const Table& load : load_tables(result)) page += section(load.title, table_text(load, Cells::plain));
  page += section("Warnings", list_text(warnings(result)));
  page += section("Tasks", table_text(task_table(result), Cells::plain));
  return page + "<footer class=\"soft\"><p>" +
         xml_escaped("iter8 " + result.iter8_version + " " + result.digest) +
         "</p></footer>\n</body></html>\n";
}

}  // namespace iter8::report
