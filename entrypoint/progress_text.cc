#include "entrypoint/progress_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/number.h"
#include "base/text.h"
#include "base/utf8.h"
#include "summary/numbers.h"

namespace iter8::entrypoint {

using summary::grouped_count;

namespace {

constexpr std::size_t kMostVersions = 10;
constexpr std::size_t kLongestName = 30;

/// "01:05", "1:00:05".
std::string clock_text(base::Duration elapsed) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(elapsed).count();
  const std::string text = fmt::format("{:02}:{:02}", seconds / 60 % 60, seconds % 60);
  return seconds < 3600 ? text : fmt::format("{}:{}", seconds / 3600, text);
}

std::string errors_text(std::int64_t errors) {
  return grouped_count(errors) + (errors == 1 ? " error" : " errors");
}

std::string milliseconds_text(const std::optional<base::Duration>& latency) {
  return latency ? base::fixed(base::to_milliseconds(*latency), 1) + " ms" : "-";
}

std::string version_line(const experiment::LiveVersion& version, const std::string& name, std::size_t width) {
  return fmt::format("  {:<{}}  {:>7} requests  {:>7}/s  p50 {:>8}  p99 {:>8}  {}", name, width,
                     grouped_count(version.requests), base::fixed(version.achieved_rate, 1),
                     milliseconds_text(version.latency_p50), milliseconds_text(version.latency_p99),
                     errors_text(version.errors));
}

}  // namespace

std::string title_of(const experiment::TaskLabel& label) {
  std::string text = fmt::format("task {}/{} {}", label.number, label.total, base::printable(label.title));
  if (label.iteration > 0 && label.iterations > 1)
    text += fmt::format(" [{}/{}]", label.iteration, label.iterations);
  return text;
}

std::string running_line(const experiment::TaskLabel& label, base::Duration elapsed,
                         const std::optional<experiment::LiveLoad>& load) {
  std::string text = title_of(label) + "  " + clock_text(elapsed);
  if (!load) return text;
  if (load->is_warmup) text += ", warm-up";
  if (load->remaining) text += ", " + clock_text(*load->remaining) + " left";
  text +=
      fmt::format("  {} requests  {}/s", grouped_count(load->requests), base::fixed(load->achieved_rate, 1));
  if (load->latency_p95)
    text += fmt::format("  p95 {} ms", base::fixed(base::to_milliseconds(*load->latency_p95), 1));
  return text + "  " + errors_text(load->errors);
}

std::vector<std::string> version_lines(const experiment::LiveLoad& load) {
  std::vector<experiment::LiveVersion> versions = load.versions;
  if (versions.size() < 2) return {};
  if (versions.size() > kMostVersions)
    std::stable_partition(versions.begin(), versions.end(),
                          [](const auto& version) { return version.errors > 0; });
  const std::size_t shown = std::min(versions.size(), kMostVersions);
  std::vector<std::string> names;
  std::size_t width = 0;
  for (std::size_t i = 0; i < shown; ++i) {
    names.push_back(base::printable(versions[i].name, kLongestName));
    width = std::max(width, base::character_count(names.back()));
  }
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < shown; ++i) lines.push_back(version_line(versions[i], names[i], width));
  if (versions.size() > shown)
    lines.push_back(fmt::format("  and {} more versions", versions.size() - shown));
  return lines;
}

std::string finished_line(const experiment::TaskLabel& label, const experiment::Execution& execution) {
  std::string text = title_of(label) + ": " + std::string(to_text(execution.status));
  if (execution.status != experiment::ExecutionStatus::skipped)
    text += fmt::format(" in {} s", base::fixed(execution.seconds, 1));
  return execution.message.empty() ? text : text + ": " + execution.message;
}

}  // namespace iter8::entrypoint
