#include "tasks/evidence/evidence.h"

#include <fmt/format.h>

#include "base/markdown.h"
#include "base/text.h"
#include "forge/account.h"
#include "summary/condition.h"
#include "summary/decision.h"
#include "summary/numbers.h"
#include "summary/verdict.h"
#include "summary/winner.h"
#include "summary/wording.h"

namespace iter8::tasks {

namespace {

using experiment::Context;
using experiment::Objective;
using experiment::ObjectiveCheck;
using experiment::Result;
using experiment::Verdict;

constexpr std::string_view kCutNote = "\n\n… (cut: the rest is in the report of the run)\n";

std::string value_or_none(const std::optional<double>& value) {
  return value ? summary::number_text(*value) : "no data";
}

std::string_view verdict_sign(Verdict verdict) {
  return summary::sign_of(summary::tone_of(verdict));
}

std::string objective_cell(const ObjectiveCheck& check) {
  std::string cell = fmt::format("{} {}", verdict_sign(check.verdict), value_or_none(check.value));
  if (check.probability) cell += fmt::format(" ({})", summary::chance_text(*check.probability));
  return cell;
}

std::string objectives_table(const Result& result) {
  if (!result.assessment || result.assessment->objectives.empty()) return {};
  std::string text = "| objective | limit |";
  std::string rule = "|---|---|";
  for (std::size_t version = 0; version < result.versions.size(); ++version) {
    text += " " + base::markdown_escaped(summary::version_name(result, version)) + " |";
    rule += "---:|";
  }
  text += "\n" + rule + "\n";
  for (const Objective& objective : result.assessment->objectives) {
    text += fmt::format("| {} | {} |",
                        base::markdown_escaped(summary::metric_with_unit(objective.metric, result)),
                        base::markdown_escaped(summary::limits_text(objective)));
    for (const ObjectiveCheck& check : objective.versions) text += " " + objective_cell(check) + " |";
    text += "\n";
  }
  return text + "\n";
}

std::string rewards_table(const Result& result) {
  if (!result.assessment || result.assessment->rewards.empty()) return {};
  std::string text =
      "| reward | version | value | change | best with probability |\n|---|---|---:|---:|---:|\n";
  for (const experiment::Reward& reward : result.assessment->rewards)
    for (std::size_t version = 0; version < reward.versions.size(); ++version) {
      const experiment::RewardCheck& check = reward.versions[version];
      text += fmt::format("| {} | {} | {} | {} | {} |\n", base::markdown_escaped(reward.metric),
                          base::markdown_escaped(summary::version_name(result, version)),
                          value_or_none(check.value), check.lift ? summary::percent_text(*check.lift) : "",
                          check.probability_best ? summary::chance_text(*check.probability_best) : "");
    }
  return text + "\n";
}

}  // namespace

std::string evidence(const Context& context) {
  const Result& result = context.result;
  const Verdict verdict = experiment::current_verdict(result);
  std::string text = fmt::format("### {} {}: {}\n\n{}\n\n", verdict_sign(verdict),
                                 base::markdown_escaped(result.experiment_name), to_text(verdict),
                                 base::markdown_escaped(summary::headline(result)));
  text += objectives_table(result);
  const std::string winner = summary::winner_clause(result);
  if (!winner.empty()) text += "**Winner**: " + base::markdown_escaped(winner) + "\n\n";
  text += rewards_table(result);
  const std::string url = forge::run_url(context.environment);
  text += fmt::format("{}iter8 {}, started {}\n", url.empty() ? "" : "[The run](<" + url + ">), ",
                      base::markdown_escaped(result.iter8_version), base::to_rfc3339(result.start));
  return context.secrets.mask(text);
}

std::string cut_at_line(std::string text, std::size_t limit) {
  if (text.size() <= limit) return text;
  const std::size_t room = limit - std::min(limit, kCutNote.size());
  const std::size_t newline = text.rfind('\n', room);
  text.resize(newline == std::string::npos ? 0 : newline);
  return text + std::string(kCutNote);
}

}  // namespace iter8::tasks
