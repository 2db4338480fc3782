#include "summary/next_step.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "summary/numbers.h"
#include "summary/verdict.h"
#include "summary/winner.h"
#include "summary/wording.h"

namespace iter8::summary {

using experiment::Objective;
using experiment::ObjectiveCheck;
using experiment::Result;
using experiment::Verdict;

namespace {

/// A word of a shell command that is printed to be copied.
std::string shell_word(const std::string& word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+=:,@%";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  return "'" + base::replace_all(word, "'", "'\\''") + "'";
}

/// " canary.yaml", or nothing for the file that commands take without being told.
std::string argument_of(const std::string& file) {
  return file.empty() || file == "experiment.yaml" ? "" : " " + shell_word(file);
}

/// " --result shard-1.yaml", or nothing for the result that commands take without being told.
std::string option_of(const std::string& result_file) {
  return result_file == "result.yaml" ? "" : " --result " + shell_word(result_file);
}

/// The undecided check that needs most, of those the verdict rests on.
struct Open {
  const Objective* objective = nullptr;
  const ObjectiveCheck* check = nullptr;
  std::size_t version = 0;
};

Open most_needed(const Result& result) {
  Open most;
  for (const Objective& objective : result.assessment->objectives)
    for (std::size_t version = 0; version < objective.versions.size(); ++version) {
      const ObjectiveCheck& check = objective.versions[version];
      const bool is_open =
          gates(objective, version) && check.verdict == Verdict::inconclusive && check.needed;
      if (is_open && (!most.check || *check.needed > *most.check->needed))
        most = {.objective = &objective, .check = &check, .version = version};
    }
  return most;
}

/// "1.5 s", "40 s", "12 min".
std::string load_time(double seconds) {
  if (seconds >= 120) return fmt::format("{:.0f} min", std::ceil(seconds / 60));
  return seconds < 10 ? fmt::format("{:.2g} s", seconds) : fmt::format("{:.0f} s", seconds);
}

std::string more_data(const Result& result, const Open& open) {
  std::string text = fmt::format("about {} samples", grouped_count(std::llround(*open.check->needed)));
  if (result.versions.size() > 1) text += " of " + version_label(result, open.version);
  if (open.check->samples) text += fmt::format(" (now {})", grouped_count(*open.check->samples));
  if (open.check->needed_seconds)
    text += fmt::format(", {} of load,", load_time(*open.check->needed_seconds));
  return text + " would settle " + open.objective->metric;
}

void add_for_open(const Result& result, std::vector<std::string>& steps) {
  if (const Open open = most_needed(result); open.check) steps.push_back(more_data(result, open));
  if (const int left = unassessed_objectives(result); left > 0)
    steps.push_back(fmt::format("see why {} of the file {} not assessed: the conditions of its assess tasks",
                                base::count_text(static_cast<std::size_t>(left), "objective"),
                                left == 1 ? "was" : "were"));
}

/// Which version to keep or take, where there was a choice and it is made.
void add_choice(const Result& result, std::vector<std::string>& steps) {
  if (result.versions.size() < 2) return;
  const std::optional<std::size_t> winner = winner_of(result);
  const Verdict verdict = verdict_of(result);
  if (winner && verdict == Verdict::pass)
    steps.push_back((*winner == 0 ? "keep " : "promote ") + version_label(result, *winner));
  else if (verdict == Verdict::fail)
    steps.push_back("keep " + version_label(result, 0));
}

/// What follows `prefix` in the names of a provider's counters, and their latest counts, the largest first.
std::vector<std::pair<std::string, std::int64_t>> counts_of(const Result& result, const std::string& prefix,
                                                            std::size_t version) {
  std::vector<std::pair<std::string, std::int64_t>> counts;
  for (auto entry = result.metrics.lower_bound(prefix);
       entry != result.metrics.end() && entry->first.starts_with(prefix); ++entry)
    if (const auto count = latest_value(result, entry->first, version); count && *count > 0)
      counts.emplace_back(entry->first.substr(prefix.size()), std::llround(*count));
  std::stable_sort(counts.begin(), counts.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return counts;
}

bool is_error_status(const std::string& status) {
  return status.size() == 3 && status >= "400";
}

/// "390 answers with status 404, 3 timeout"; empty without errors.
std::string causes_of(const Result& result, const std::string& provider, std::size_t version) {
  std::vector<std::string> causes;
  for (const auto& [cause, count] : counts_of(result, provider + "/errors-", version)) {
    if (cause != "status") {
      causes.push_back(fmt::format("{} failed by {}", grouped_count(count), cause));
      continue;
    }
    // Those of gRPC have a name each and stand among the other causes.
    const auto statuses = counts_of(result, provider + "/status-", version);
    const std::size_t before = causes.size();
    for (const auto& [status, answers] : statuses)
      if (is_error_status(status))
        causes.push_back(fmt::format("{} {} with status {}", grouped_count(answers),
                                     answers == 1 ? "answer" : "answers", status));
    if (!statuses.empty() && causes.size() == before)
      causes.push_back(fmt::format("{} failed by {}", grouped_count(count), cause));
  }
  return base::join(causes, ", ");
}

}  // namespace

std::vector<std::string> next_steps(const Result& result, const std::string& result_file) {
  if (!result.file_problems.empty()) return {"correct the file; iter8 validate" + argument_of(result.file)};
  if (!result.interrupted.empty() || !result.completed() || result.failure) {
    if (result_file.empty()) return {};
    return {"iter8 run --resume" + argument_of(result.file) + option_of(result_file) +
            " continues where it stopped"};
  }
  if (experiment::is_shard(result)) return {"iter8 merge puts this shard and the others together"};
  if (!result.assessment) return {};
  std::vector<std::string> steps;
  if (verdict_of(result) == Verdict::inconclusive) add_for_open(result, steps);
  add_choice(result, steps);
  return steps;
}

std::string report_commands(const std::string& result_file) {
  const std::string report = "iter8 report" + option_of(result_file);
  return report + "; page: " + report + " -o html > report.html";
}

std::vector<std::string> error_causes(const Result& result) {
  std::vector<std::string> lines;
  for (const auto& [name, series] : result.metrics) {
    const std::string provider = name.substr(0, name.find('/'));
    if (name != provider + "/error-count") continue;
    for (std::size_t version = 0; version < result.versions.size(); ++version)
      if (const std::string causes = causes_of(result, provider, version); !causes.empty())
        lines.push_back(metric_of_version(provider, result, version) + ": " + causes);
  }
  return lines;
}

}  // namespace iter8::summary
