#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "report/distribution.h"
#include "report/plot.h"
#include "report/tables.h"
#include "summary/wording.h"

namespace iter8::report {

namespace {

constexpr std::size_t kTextBins = 12;
constexpr std::size_t kMostMetrics = 3;
constexpr double kBarWidth = 40;  // characters of a full bar

/// With eighths of a character.
std::string bar(double share_of_longest) {
  static constexpr const char* kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto eighths = static_cast<std::size_t>(std::lround(share_of_longest * kBarWidth * 8));
  std::string text;
  for (std::size_t i = 0; i < eighths / 8; ++i) text += "█";
  return text + kEighths[eighths % 8];
}

std::string edge_text(double value) {
  return fmt::format("{:.3g}", value);
}

std::string text_plot(const Distribution& distribution, std::size_t version,
                      const experiment::Result& result) {
  const std::vector<double>& shares = distribution.shares[version];
  const double longest = *std::max_element(shares.begin(), shares.end());
  std::string text = base::printable(summary::metric_of_version(distribution.metric, result, version));
  if (!distribution.unit.empty()) text += " (" + base::printable(distribution.unit) + ")";
  text += "\n";
  for (std::size_t bin = 0; bin < shares.size(); ++bin)
    text += fmt::format("{:>9} - {:<9} {:>5.1f}% {}\n", edge_text(distribution.edges[bin]),
                        edge_text(distribution.edges[bin + 1]), shares[bin] * 100,
                        bar(longest > 0 ? shares[bin] / longest : 0));
  return text;
}

}  // namespace

std::string text_plots(const experiment::Result& result) {
  std::string text;
  std::size_t drawn = 0;
  for (const Distribution& distribution : distributions(result, kTextBins)) {
    if (drawn++ == kMostMetrics) break;
    for (std::size_t version = 0; version < distribution.shares.size(); ++version)
      if (!distribution.shares[version].empty())
        text += (text.empty() ? "" : "\n") + text_plot(distribution, version, result);
  }
  return text;
}

}  // namespace iter8::report
