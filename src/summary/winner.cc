#include "summary/winner.h"

#include "summary/numbers.h"
#include "summary/wording.h"

namespace iter8::summary {

using experiment::Result;

namespace {

/// By the reward that decides, which is the first.
std::optional<double> probability_best(const Result& result, std::size_t version) {
  const auto& rewards = result.assessment->rewards;
  if (rewards.empty() || version >= rewards.front().versions.size()) return std::nullopt;
  return rewards.front().versions[version].probability_best;
}

std::string with_reason(const std::string& text, const std::string& reason) {
  return reason.empty() ? text : text + " (" + reason + ")";
}

}  // namespace

std::optional<std::size_t> winner_of(const Result& result) {
  const bool is_found = result.assessment && result.assessment->winner && result.assessment->winner->found;
  return is_found ? result.assessment->winner->version : std::nullopt;
}

std::string winner_name(const Result& result) {
  const std::optional<std::size_t> winner = winner_of(result);
  return winner ? version_name(result, *winner) : "";
}

std::string winner_clause(const Result& result) {
  const std::optional<std::size_t> winner = winner_of(result);
  if (!winner || result.versions.size() < 2) return {};
  std::string text = version_name(result, *winner) + " wins";
  if (const auto probability = probability_best(result, *winner))
    text += ", best with a probability of " + chance_text(*probability);
  return with_reason(text, result.assessment->winner->reason);
}

std::string winner_and_reason(const Result& result) {
  if (result.versions.size() < 2 || !result.assessment || !result.assessment->winner) return {};
  const std::optional<std::size_t> winner = winner_of(result);
  return with_reason(winner ? version_label(result, *winner) : "none", result.assessment->winner->reason);
}

}  // namespace iter8::summary
