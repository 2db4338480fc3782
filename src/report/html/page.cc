// One page that stands alone: nothing is loaded from elsewhere, and it is complete without script. Readable
// in light and dark, on paper, on a phone and on a wide screen.
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/encoding.h"
#include "report/formats.h"
#include "report/html/assets.h"
#include "report/html/markup.h"
#include "report/html/sections.h"
#include "summary/verdict.h"

namespace iter8::report {

namespace {

std::string source_of(std::string_view content) {
  return "'sha256-" + base::base64(base::sha256(content)) + "'";
}

/// Should a text get past the escaping, nothing in it can run or be fetched: only these very scripts and this
/// style count.
const std::string& content_policy() {
  static const std::string policy = fmt::format(
      "default-src 'none'; style-src {}; script-src {} {}; img-src data:; base-uri 'none'; form-action "
      "'none'",
      source_of(page_style()), source_of(chart_library()), source_of(page_script()));
  return policy;
}

/// A dot in the colour of the verdict, for the tab; a page without an icon would ask its server for one.
std::string icon_of(summary::Tone tone) {
  const std::string_view colour = tone == summary::Tone::good  ? "1a7f37"
                                  : tone == summary::Tone::bad ? "b42318"
                                                               : "9a6700";
  return fmt::format(
      "data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 16 16%22%3E%3Ccircle "
      "cx=%228%22 "
      "cy=%228%22 r=%227%22 fill=%22%23{}%22/%3E%3C/svg%3E",
      colour);
}

std::string head_of(const View& view) {
  const experiment::Result& result = view.result;
  const std::string name = result.experiment_name.empty() ? "Experiment" : result.experiment_name;
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>{}: {}</title>\n"
      "<link rel=\"icon\" href=\"{}\">\n<style>{}</style></head>\n",
      content_policy(), escaped(name, 300), escaped(summary::verdict_title(result)),
      icon_of(summary::tone_of_title(result)), page_style());
}

/// The sections that the page has, as links.
std::string contents_of(const std::string& main) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kSections = {
      {{"failures", "Failures"},
       {"warnings", "Warnings"},
       {"versions", "Versions"},
       {"objectives", "Objectives"},
       {"rewards", "Rewards"},
       {"comparisons", "Comparisons"},
       {"looks", "Looks"},
       {"distributions", "Distributions"},
       {"course", "Over time"},
       {"tasks", "Tasks"},
       {"numbers", "Numbers"}}};
  std::string text = "<nav aria-label=\"Contents\"><ul>";
  for (const auto& [anchor, title] : kSections)
    if (main.find(fmt::format("<section id=\"{}\"", anchor)) != std::string::npos)
      text += fmt::format("<li><a href=\"#{}\">{}</a></li>", anchor, title);
  return text + "<li><a href=\"#origin\">Reproduce</a></li></ul></nav>\n";
}

}  // namespace

std::string html(const experiment::Result& result) {
  const View view = view_of(result);
  const std::string main = failure_section(view) + remark_section(view) + version_section(view) +
                           objective_section(view) + reward_section(view) + comparison_section(view) +
                           look_section(view) + distribution_section(view) + course_section(view) +
                           task_section(view) + number_section(view) + origin_section(view);
  const bool has_charts = main.find("<figure class=\"chart\"") != std::string::npos;
  std::string page = head_of(view) + "<body>\n" + verdict_header(view) + contents_of(main) + "<main>\n" +
                     main + "</main>\n<footer>iter8 " + escaped(result.iter8_version) + "</footer>\n";
  if (has_charts)
    page += fmt::format("<script>{}</script>\n<script>{}</script>\n", chart_library(), page_script());
  return page + "</body></html>\n";
}

}  // namespace iter8::report
