#include "config/yaml/problems.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "config/yaml/key_path.h"

namespace iter8::config {
namespace {

/// More lines than this hide the first mistake instead of showing it.
constexpr std::size_t kShownProblems = 100;
/// Of these, the ones that differ are counted.
constexpr std::size_t kMostWritten = 1000;

std::string line_of(const std::string& file, const Problem& problem) {
  const char* severity = problem.severity == Problem::Severity::error ? "error" : "warning";
  const std::string message = base::log_line(problem.message);
  if (problem.position.line == 0) return fmt::format("{}: {}: {}\n", file, severity, message);
  return fmt::format("{}:{}:{}: {}: {}\n", file, problem.position.line, problem.position.column, severity,
                     message);
}

}  // namespace

void Problems::error(Position position, std::string message) {
  all_.push_back({Problem::Severity::error, position, std::move(message)});
}

void Problems::warning(Position position, std::string message) {
  all_.push_back({Problem::Severity::warning, position, std::move(message)});
}

void Problems::objection(Position position, std::string message) {
  strictness_ == Strictness::strict ? error(position, std::move(message))
                                    : warning(position, std::move(message));
}

void Problems::add_outside(std::string_view text, const std::string& reference) {
  outside_.add(text, reference);
}

void Problems::add_outside_of(const Problems& other) {
  outside_.add_all_of(other.outside_);
}

void Problems::name_keys(const Node& document) {
  for (std::size_t i = 0; i < std::min(all_.size(), kMostWritten); ++i)
    all_[i].key = key_path(document, all_[i].position);
}

bool Problems::is_full() const {
  return all_.size() >= kShownProblems;
}

bool Problems::has_errors_since(std::size_t first) const {
  const auto from = static_cast<std::ptrdiff_t>(std::min(first, all_.size()));
  return std::any_of(all_.begin() + from, all_.end(),
                     [](const Problem& problem) { return problem.severity == Problem::Severity::error; });
}

std::vector<Problem> Problems::in_order(std::size_t limit) const {
  std::vector<Problem> sorted = all_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) {
    return std::pair(a.position.line, a.position.column) < std::pair(b.position.line, b.position.column);
  });
  sorted.resize(std::min(sorted.size(), limit));
  for (Problem& problem : sorted) problem.message = outside_.removed_from(std::move(problem.message));
  return sorted;
}

std::string Problems::to_text() const {
  // An anchored part that is used twice is read twice; its mistake is still one.
  std::vector<std::string> lines;
  for (const Problem& problem : in_order(kMostWritten)) {
    std::string line = line_of(file_, problem);
    if (lines.empty() || lines.back() != line) lines.push_back(std::move(line));
  }
  const std::size_t unread = all_.size() - std::min(all_.size(), kMostWritten);

  std::string text;
  for (std::size_t i = 0; i < std::min(lines.size(), kShownProblems); ++i) text += lines[i];
  if (lines.size() > kShownProblems)
    text += fmt::format("{}: and {} more\n", file_, lines.size() - kShownProblems + unread);
  return text;
}

}  // namespace iter8::config
