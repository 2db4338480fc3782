#include "tasks/evidence/evidence.h"

#include <fmt/format.h>

#include "base/markdown.h"
#include "base/number.h"
#include "base/text.h"
#include "forge/account.h"
#include "tasks/evidence/decision.h"

namespace iter8::tasks {

namespace {

using experiment::Context;
using experiment::Objective;
using experiment::ObjectiveCheck;
using experiment::Result;
using experiment::Verdict;

constexpr std::string_view kCutNote = "\n\n… (cut: the rest is in the report of the run)\n";

std::string number_text(const std::optional<double>& value) {
  if (!value) return "no data";
  const double magnitude = *value < 0 ? -*value : *value;
  return magnitude != 0 && magnitude < 1 ? fmt::format("{:.3g}", *value) : fmt::format("{:.2f}", *value);
}

std::string percent_text(double share) {
  return fmt::format("{:.1f} %", share * 100);
}

std::string_view sign_of(Verdict verdict) {
  if (verdict == Verdict::pass) return "✅";
  return verdict == Verdict::fail ? "❌" : "⚠️";
}

/// "≤ 250" or "≥ 7", with both when there are two.
std::string limits_of(const Objective& objective) {
  std::string text;
  const auto add = [&](const char* sign, const std::optional<double>& absolute,
                       const std::optional<std::string>& relative) {
    if (!absolute && !relative) return;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", sign,
                        relative ? *relative + " of the baseline" : base::shortest(*absolute));
  };
  add("≤", objective.upper, objective.relative_upper);
  add("≥", objective.lower, objective.relative_lower);
  return text;
}

std::string objective_cell(const ObjectiveCheck& check) {
  std::string cell = fmt::format("{} {}", sign_of(check.verdict), number_text(check.value));
  if (check.probability) cell += fmt::format(" ({})", percent_text(*check.probability));
  return cell;
}

std::string objectives_table(const Result& result) {
  if (!result.assessment || result.assessment->objectives.empty()) return {};
  std::string text = "| objective | limit |";
  std::string rule = "|---|---|";
  for (std::size_t version = 0; version < result.versions.size(); ++version) {
    text += " " + base::markdown_escaped(version_name(result, version)) + " |";
    rule += "---:|";
  }
  text += "\n" + rule + "\n";
  for (const Objective& objective : result.assessment->objectives) {
    const auto info = experiment::metric_info(result, objective.metric);
    const std::string unit = info && !info->unit.empty() ? " (" + info->unit + ")" : "";
    text += fmt::format("| {} | {} |", base::markdown_escaped(objective.metric + unit),
                        base::markdown_escaped(limits_of(objective)));
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
                          base::markdown_escaped(version_name(result, version)), number_text(check.value),
                          check.lift ? percent_text(*check.lift) : "",
                          check.probability_best ? percent_text(*check.probability_best) : "");
    }
  return text + "\n";
}

/// Of the reward that decides, else nothing.
std::optional<double> probability_of(const Result& result, std::size_t version) {
  const auto& rewards = result.assessment->rewards;
  if (rewards.empty() || version >= rewards.front().versions.size()) return std::nullopt;
  return rewards.front().versions[version].probability_best;
}

}  // namespace

std::optional<std::size_t> winner_of(const Result& result) {
  const bool found = result.assessment && result.assessment->winner && result.assessment->winner->found;
  return found ? result.assessment->winner->version : std::nullopt;
}

Verdict verdict_of(const Result& result) {
  if (result.failure || !result.interrupted.empty()) return Verdict::error;
  if (!result.assessment) return Verdict::skipped;
  const bool is_partial = std::ssize(result.assessment->objectives) < result.declared_objectives;
  if (is_partial && result.assessment->verdict == Verdict::pass) return Verdict::inconclusive;
  return result.assessment->verdict;
}

std::string winner_text(const Result& result) {
  const auto winner = winner_of(result);
  if (!winner || result.versions.size() < 2) return {};
  std::string text = version_name(result, *winner) + " wins";
  if (const auto probability = probability_of(result, *winner))
    text += ", best with a probability of " + percent_text(*probability);
  const std::string& reason = result.assessment->winner->reason;
  return reason.empty() ? text : text + " (" + reason + ")";
}

std::string headline(const Result& result) {
  const std::string why = decision_of(result).text;
  const std::string verdict(to_text(verdict_of(result)));
  return why.empty() ? verdict : verdict + ": " + why;
}

std::string evidence(const Context& context) {
  const Result& result = context.result;
  const Verdict verdict = verdict_of(result);
  std::string text =
      fmt::format("### {} {}: {}\n\n{}\n\n", sign_of(verdict), base::markdown_escaped(result.experiment_name),
                  to_text(verdict), base::markdown_escaped(headline(result)));
  text += objectives_table(result);
  const std::string winner = winner_text(result);
  if (!winner.empty()) text += "**Winner**: " + base::markdown_escaped(winner) + "\n\n";
  text += rewards_table(result);
  const std::string url = forge::run_url(context.environment);
  text += fmt::format("{}iter8 {}, started {}\n", url.empty() ? "" : "[The run](<" + url + ">), ",
                      base::markdown_escaped(result.iter8_version), base::to_rfc3339(result.start));
  return context.secrets.mask(text);
}

std::string truncated(std::string text, std::size_t limit) {
  if (text.size() <= limit) return text;
  const std::size_t room = limit - std::min(limit, kCutNote.size());
  const std::size_t newline = text.rfind('\n', room);
  text.resize(newline == std::string::npos ? 0 : newline);
  return text + std::string(kCutNote);
}

}  // namespace iter8::tasks
