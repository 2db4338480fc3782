#include "entrypoint/assertion.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "entrypoint/process.h"
#include "experiment/version.h"
#include "summary/decision.h"
#include "summary/verdict.h"
#include "summary/winner.h"
#include "summary/wording.h"

namespace iter8::entrypoint {

namespace {

using experiment::Result;
using experiment::Verdict;
using Kind = Condition::Kind;

struct Word {
  std::string_view text;
  Kind kind;
  Kind with_argument;  // the same as `kind` for a word that takes no argument
};

constexpr std::array kWords{Word{"completed", Kind::completed, Kind::completed},
                            Word{"nofailure", Kind::no_failure, Kind::no_failure},
                            Word{"nofailures", Kind::no_failure, Kind::no_failure},
                            Word{"slos", Kind::slos, Kind::slos},
                            Word{"slosby", Kind::slos_by, Kind::slos_by},
                            Word{"winner", Kind::winner, Kind::winner_is},
                            Word{"verdict", Kind::verdict, Kind::verdict_is},
                            Word{"conclusive", Kind::conclusive, Kind::conclusive}};

std::string_view word_of(Kind kind) {
  for (const Word& word : kWords)
    if (word.kind == kind || word.with_argument == kind) return word.text;
  return {};
}

bool takes_argument(Kind kind) {
  return kind == Kind::slos_by || kind == Kind::winner_is || kind == Kind::verdict_is;
}

/// The verdicts that a condition accepts.
std::vector<Verdict> accepted_verdicts(const Condition& condition) {
  if (condition.kind != Kind::verdict_is) return {Verdict::pass};
  std::vector<Verdict> accepted;
  for (const std::string& part : base::split(condition.argument, '|')) {
    const std::string word = base::lower(base::trim(part));
    const std::optional<Verdict> verdict = experiment::parse_verdict(word);
    if (!verdict) {
      const std::vector<std::string> words = {"pass", "fail", "inconclusive", "error", "skipped"};
      throw base::UsageError(fmt::format("condition '{}': unknown verdict '{}', expected one of {}{}",
                                         base::printable(condition.text()), base::printable(word),
                                         base::join(words, ", "), base::suggestion(word, words)));
    }
    accepted.push_back(*verdict);
  }
  return accepted;
}

Condition parse_condition(std::string_view text) {
  const std::size_t equals = text.find('=');
  const std::string name = base::lower(base::trim(text.substr(0, equals)));
  const auto word =
      std::find_if(kWords.begin(), kWords.end(), [&name](const Word& one) { return one.text == name; });
  if (word == kWords.end()) {
    std::vector<std::string> names;
    for (const Word& one : kWords) names.emplace_back(one.text);
    throw base::UsageError(fmt::format("unknown condition '{}', expected one of {}{}", base::printable(text),
                                       base::join(names, ", "), base::suggestion(name, names)));
  }

  Condition condition{.kind = word->kind, .argument = {}};
  if (equals != std::string_view::npos) {
    condition.kind = word->with_argument;
    condition.argument = base::trim(text.substr(equals + 1));
  }
  const bool is_verdict = condition.kind == Kind::verdict_is;
  if (takes_argument(condition.kind) == condition.argument.empty())
    throw base::UsageError(
        fmt::format("condition '{}': expected {}", base::printable(text),
                    takes_argument(condition.kind) ? name + (is_verdict ? "=VERDICT" : "=VERSION") : name));
  if (is_verdict) accepted_verdicts(condition);
  return condition;
}

std::size_t version_of(const Condition& condition, const Result& result) {
  const std::optional<std::size_t> version = experiment::find_version(result.versions, condition.argument);
  if (!version)
    throw base::UsageError(fmt::format("condition '{}': expected one of the versions {}{}", condition.text(),
                                       base::join(result.versions, ", "),
                                       base::suggestion(condition.argument, result.versions)));
  return *version;
}

Finding check_completed(const Result& result) {
  const std::string counts = fmt::format("{} of {} tasks", result.num_completed_tasks, result.num_tasks);
  return {result.completed() ? Answer::holds : Answer::fails, counts};
}

Finding check_no_failure(const Result& result) {
  if (!result.interrupted.empty()) return {Answer::fails, "the run was stopped by " + result.interrupted};
  if (!result.failure) return {Answer::holds, ""};
  for (auto execution = result.executions.rbegin(); execution != result.executions.rend(); ++execution)
    if (execution->status == experiment::ExecutionStatus::failed)
      return {Answer::fails,
              fmt::format("task {} failed: {}", execution->task, base::printable(execution->message))};
  return {Answer::fails, "the run failed"};
}

/// Reports the first objective that is not satisfied; whether it fails or is undecided depends on the worst
/// verdict of them all. For one version, or for all of them.
Finding check_objectives(const Result& result, std::optional<std::size_t> only) {
  if (slos_satisfied(result, only)) {
    const std::size_t count = result.assessment ? result.assessment->objectives.size() : 0;
    return {Answer::holds, count == 1 ? "1 objective" : fmt::format("{} objectives", count)};
  }
  if (experiment::is_shard(result))
    return {Answer::undecided, "a shard is not judged; judge the result of iter8 merge"};
  if (experiment::judged_verdict(result) == Verdict::skipped && result.declared_objectives == 0)
    return {Answer::undecided, std::string(summary::kNothingJudged)};
  Verdict worst = Verdict::skipped;
  std::string reason;
  for (const auto& objective :
       result.assessment ? result.assessment->objectives : std::vector<experiment::Objective>{})
    for (std::size_t version = 0; objective.gate && version < objective.versions.size(); ++version) {
      const experiment::ObjectiveCheck& check = objective.versions[version];
      if (check.satisfied || (only && *only != version)) continue;
      worst = combined(worst, check.verdict);
      if (reason.empty())
        reason =
            summary::metric_of_version(objective.metric, result, version) + ": " + summary::reason_of(check);
    }
  if (reason.empty()) reason = "not every objective was assessed";
  return {worst == Verdict::inconclusive ? Answer::undecided : Answer::fails, reason};
}

Finding check_winner(const Result& result, std::optional<std::size_t> wanted) {
  const std::optional<std::size_t> found = summary::winner_of(result);
  if (!found) {
    const auto& assessment = result.assessment;
    const bool is_open = assessment && assessment->verdict == Verdict::inconclusive;
    const std::string reason =
        assessment && assessment->winner ? assessment->winner->reason : "no task looked for one";
    return {is_open ? Answer::undecided : Answer::fails, reason};
  }
  return {!wanted || wanted == found ? Answer::holds : Answer::fails, summary::winner_name(result)};
}

/// Not decided, or not to be decided here, is not the same as decided otherwise.
Finding check_verdict(const Result& result, const std::vector<Verdict>& accepted) {
  const Verdict verdict = summary::verdict_of(result);
  if (std::find(accepted.begin(), accepted.end(), verdict) != accepted.end())
    return {Answer::holds, std::string(to_text(verdict))};
  if (experiment::is_shard(result) && verdict == Verdict::skipped)
    return {Answer::undecided, "a shard is not judged; judge the result of iter8 merge"};
  if (verdict == Verdict::skipped) return {Answer::undecided, std::string(summary::kNothingJudged)};
  const bool is_cut_off = verdict != experiment::current_verdict(result);
  const std::string why = is_cut_off ? summary::verdict_note(result) : summary::decision_of(result).text;
  return {verdict == Verdict::inconclusive ? Answer::undecided : Answer::fails,
          std::string(to_text(verdict)) + (why.empty() ? "" : ": " + base::printable(why, 1000))};
}

Finding check_conclusive(const Result& result) {
  const Verdict verdict = result.assessment ? result.assessment->verdict : Verdict::skipped;
  const bool is_decided = verdict == Verdict::pass || verdict == Verdict::fail;
  return {is_decided ? Answer::holds : Answer::undecided, fmt::format("verdict {}", to_text(verdict))};
}

Finding check_condition(const Condition& condition, const Result& result) {
  switch (condition.kind) {
    case Kind::completed:
      return check_completed(result);
    case Kind::no_failure:
      return check_no_failure(result);
    case Kind::slos:
      return check_objectives(result, std::nullopt);
    case Kind::slos_by:
      return check_objectives(result, version_of(condition, result));
    case Kind::winner:
      return check_winner(result, std::nullopt);
    case Kind::winner_is:
      return check_winner(result, version_of(condition, result));
    case Kind::verdict:
    case Kind::verdict_is:
      return check_verdict(result, accepted_verdicts(condition));
    case Kind::conclusive:
      break;
  }
  return check_conclusive(result);
}

/// Completes the finding's line: "SUBJECT: yes (DETAIL)".
Finding add_subject(const std::string& subject, Finding finding) {
  const std::string detail = finding.line.empty() ? "" : " (" + finding.line + ")";
  finding.line = subject + (finding.answer == Answer::holds ? ": yes" : ": no") + detail;
  return finding;
}

}  // namespace

std::string Condition::text() const {
  const std::string word(word_of(kind));
  return argument.empty() ? word : word + "=" + argument;
}

std::vector<Condition> parse_conditions(const std::vector<std::string>& texts) {
  std::vector<Condition> conditions;
  for (const std::string& text : texts)
    for (const std::string& part : base::split(text, ','))
      conditions.push_back(parse_condition(base::trim(part)));
  if (conditions.empty())
    throw base::UsageError(
        "nothing to assert; expected -c with completed, nofailure, verdict, verdict=VERDICT, slos, "
        "slosby=VERSION, winner, winner=VERSION or conclusive");
  return conditions;
}

Finding evaluate(const Condition& condition, const Result& result) {
  return add_subject(condition.text(), check_condition(condition, result));
}

std::vector<Finding> evaluate(const std::vector<Condition>& conditions, const Result& result) {
  std::vector<Finding> findings;
  for (const Condition& condition : conditions) findings.push_back(evaluate(condition, result));
  return findings;
}

std::vector<std::string> condition_words() {
  std::vector<std::string> words;
  for (const Word& word : kWords) {
    if (word.text == "nofailures") continue;  // a slip that is accepted
    if (!takes_argument(word.kind)) words.emplace_back(word.text);
    if (word.with_argument != word.kind || takes_argument(word.kind))
      words.push_back(std::string(word.text) + "=");
  }
  return words;
}

bool all_hold(std::span<const Finding> findings) {
  return std::all_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.answer == Answer::holds; });
}

int exit_code_of(std::span<const Finding> findings) {
  int code = kDone;
  for (const Finding& finding : findings) {
    if (finding.answer == Answer::fails) return kFailed;
    if (finding.answer == Answer::undecided) code = kInconclusive;
  }
  return code;
}

std::vector<Condition> usual_conditions(experiment::FileSpelling spelling) {
  const Kind judged = spelling == experiment::FileSpelling::native ? Kind::verdict : Kind::slos;
  return {{Kind::completed, {}}, {Kind::no_failure, {}}, {judged, {}}};
}

std::vector<Finding> evaluate_gate(const Result& result) {
  std::vector<Finding> findings = evaluate(usual_conditions(result.spelling), result);
  if (result.spelling == experiment::FileSpelling::native || !result.assessment) return findings;
  const Verdict verdict = result.assessment->verdict;
  const Answer answer = verdict == Verdict::pass || verdict == Verdict::skipped ? Answer::holds
                        : verdict == Verdict::inconclusive                      ? Answer::undecided
                                                                                : Answer::fails;
  findings.push_back(add_subject("verdict", {answer, std::string(to_text(verdict))}));
  return findings;
}

}  // namespace iter8::entrypoint
