#include "entrypoint/ci/github_summary.h"

#include <algorithm>

#include "base/text.h"
#include "report/plot.h"
#include "report/report.h"

namespace iter8::ci {
namespace {

constexpr std::string_view kFence = "```";
constexpr std::size_t kLongestPlots = 100 * 1024;

/// A fence is longer than any that stands in the text, so that nothing in it can end it.
std::string fenced(std::string_view text) {
  std::string fence(kFence);
  while (text.find(fence) != std::string_view::npos) fence += '`';
  return fence + "text\n" + std::string(text) + fence + "\n";
}

std::size_t count_of(std::string_view text, std::string_view word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + word.size()))
    ++count;
  return count;
}

std::string cut(std::string text, std::size_t limit) {
  if (text.size() <= limit) return text;
  const std::string notice =
      "\n\n**The summary was cut off here: it is larger than GitHub shows. The result file has all.**\n";
  const std::size_t end = text.rfind('\n', limit - notice.size() - 100);  // and room to close what is open
  text.resize(end == std::string::npos ? 0 : end);
  for (std::size_t open = count_of(text, "<details>"), closed = count_of(text, "</details>"); closed < open;
       ++closed)
    text += "\n\n</details>";
  return text + notice;
}

}  // namespace

std::string step_summary(const experiment::Result& result, const std::vector<std::string>& findings,
                         const std::string& artifacts_url) {
  std::string text = report::find_format("markdown").render(result);
  std::string rest;
  if (!findings.empty()) {
    std::string lines;
    for (const std::string& finding : findings) lines += base::printable(finding, 1000) + "\n";
    rest += "\n" + fenced(lines);
  }
  if (const std::string plots = report::text_plots(result); !plots.empty() && plots.size() < kLongestPlots)
    rest += "\n" + fenced(plots);
  if (!artifacts_url.empty()) rest += "\n[Artifacts of this run](" + artifacts_url + ")\n";
  rest = cut(std::move(rest), kLongestStepSummary / 4);
  return cut(std::move(text), kLongestStepSummary - rest.size()) + rest;
}

}  // namespace iter8::ci
