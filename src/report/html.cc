// One page that stands alone: no script, nothing loaded from elsewhere, readable in light and dark and on
// paper.
#include <fmt/format.h>

#include "report/escaping.h"
#include "report/formats.h"
#include "report/plot.h"
#include "report/tables.h"
#include "summary/remarks.h"
#include "summary/verdict.h"
#include "summary/winner.h"
#include "summary/wording.h"

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

/// A class of the style sheet.
std::string_view css_class(summary::Tone tone) {
  switch (tone) {
    case summary::Tone::good:
      return "good";
    case summary::Tone::bad:
      return "bad";
    case summary::Tone::open:
      break;
  }
  return "open";
}

std::string html_table(const Table& table) {
  if (table.rows.empty()) return {};
  std::string text = "<div class=\"wide\"><table><thead><tr>";
  for (const std::string& title : table.header) text += "<th scope=\"col\">" + xml_escaped(title) + "</th>";
  text += "</tr></thead><tbody>\n";
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    text += "<tr>";
    for (std::size_t column = 0; column < table.rows[row].size(); ++column) {
      const bool has_tone = !table.tones.empty() && column > 0;
      text += has_tone ? fmt::format("<td class=\"{}\">", css_class(table.tones[row][column - 1])) : "<td>";
      text += xml_escaped(table.rows[row][column]) + "</td>";
    }
    text += "</tr>\n";
  }
  return text + "</tbody></table></div>\n";
}

std::string html_section(std::string_view title, const std::string& content) {
  if (content.empty()) return {};
  return "<section><h2>" + xml_escaped(title) + "</h2>\n" + content + "</section>\n";
}

std::string html_list(const std::vector<std::string>& lines) {
  if (lines.empty()) return {};
  std::string text = "<ul>\n";
  for (const std::string& line : lines) text += "<li>" + xml_escaped(line) + "</li>\n";
  return text + "</ul>\n";
}

Table task_table(const Result& result) {
  Table table{.title = "Tasks", .header = {"Task", "Status", "Seconds", "Message"}, .rows = {}};
  for (const experiment::Execution& execution : result.executions) {
    table.rows.push_back({summary::execution_title(execution), std::string(to_text(execution.status)),
                          fmt::format("{:.1f}", execution.seconds), execution.message});
  }
  return table;
}

std::string html_header(const Result& result, const std::string& title) {
  const std::string verdict = summary::verdict_title(result);
  std::string text = fmt::format("<header><h1>{} <span class=\"verdict {}\">{}</span></h1>\n", title,
                                 css_class(summary::tone_of_title(result)), xml_escaped(verdict));
  for (const std::string& line : summary::degradations(result))
    text += "<p>Degraded: " + xml_escaped(line) + "</p>\n";
  if (const std::string winner = summary::winner_and_reason(result); !winner.empty())
    text += "<p>Winner: " + xml_escaped(winner) + "</p>\n";
  return text + "<p class=\"soft\">" + xml_escaped(summary::run_facts(result)) + "</p></header>\n";
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
      title + ": " + xml_escaped(summary::verdict_title(result)) + "</title>\n<style>" + std::string(kStyle) +
      "</style></head><body>\n";
  page += html_header(result, title);
  page += html_section(summary::failures_title(result), html_list(summary::failures(result)));
  page += html_section("Objectives", html_table(objective_table(result, Detail::values)));
  page += html_section("Objectives that are not satisfied", html_list(summary::unmet_objectives(result)));
  page += html_section("Rewards", html_table(reward_table(result)));
  for (const Table& table : {evidence_table(result), comparison_table(result), other_comparison_table(result),
                             decision_table(result), indicator_table(result)})
    page += html_section(table.title, html_table(table));
  page += html_section("Distributions", svg_histograms(result));
  page += html_section("Over time", svg_load_series(result));
  page += html_section("Metrics", html_table(metric_table(result)));
  for (const Table& load : load_tables(result)) page += html_section(load.title, html_table(load));
  page += html_section("Warnings", html_list(summary::warnings(result)));
  page += html_section("Tasks", html_table(task_table(result)));
  return page + "<footer class=\"soft\"><p>" +
         xml_escaped("iter8 " + result.iter8_version + " " + result.digest) +
         "</p></footer>\n</body></html>\n";
}

}  // namespace iter8::report
