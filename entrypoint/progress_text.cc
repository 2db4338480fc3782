#include "entrypoint/progress_text.h"

#include <fmt/format.h>

#include "base/duration.h"
#include "base/number.h"
#include "base/text.h"

namespace iter8::entrypoint {

namespace {

/// "12,345".
std::string grouped(std::int64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3 && digits[at - 4] != '-'; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

/// "01:05", "1:00:05".
std::string clock_text(base::Duration elapsed) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(elapsed).count();
  const std::string text = fmt::format("{:02}:{:02}", seconds / 60 % 60, seconds % 60);
  return seconds < 3600 ? text : fmt::format("{}:{}", seconds / 3600, text);
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
  text += fmt::format("  {} requests  {}/s", grouped(load->requests), base::fixed(load->achieved_rate, 1));
  if (load->latency_p95)
    text += fmt::format("  p95 {} ms", base::fixed(base::to_milliseconds(*load->latency_p95), 1));
  return text + fmt::format("  {} {}", grouped(load->errors), load->errors == 1 ? "error" : "errors");
}

std::string finished_line(const experiment::TaskLabel& label, const experiment::Execution& execution) {
  std::string text = title_of(label) + ": " + std::string(to_text(execution.status));
  if (execution.status != experiment::ExecutionStatus::skipped)
    text += fmt::format(" in {} s", base::fixed(execution.seconds, 1));
  return execution.message.empty() ? text : text + ": " + execution.message;
}

}  // namespace iter8::entrypoint
