#include "experiment/file/condition_check.h"

#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "experiment/run/condition.h"
#include "experiment/verdict.h"

namespace iter8::experiment {

namespace {

using config::FunctionLiteral;

/// What a literal beside a function stands for.
enum class Meaning { none, metric, version, verdict };

Meaning meaning_of(const FunctionLiteral& literal) {
  if (!literal.argument) {
    if (literal.function == "Winner") return Meaning::version;
    return literal.function == "Verdict" ? Meaning::verdict : Meaning::none;
  }
  if (literal.function == "Metric") return *literal.argument == 0 ? Meaning::metric : Meaning::version;
  const bool takes_version = literal.function == "SLOsBy" || literal.function == "Weight";
  return takes_version ? Meaning::version : Meaning::none;
}

/// Winner() is an empty text while there is none, and never a number.
bool may_be_winner(const FunctionLiteral& literal) {
  return literal.argument || (literal.value.text() && !literal.value.text()->empty());
}

void check_version(const FunctionLiteral& literal, const std::vector<std::string>& versions,
                   config::Problems& problems) {
  if (versions.empty() || !may_be_winner(literal)) return;
  if (const auto objection = version_objection(literal.value, versions))
    problems.error(literal.position, *objection);
}

void check_verdict(const FunctionLiteral& literal, config::Problems& problems) {
  const std::string* word = literal.value.text();
  if (!word || parse_verdict(*word)) return;
  std::vector<std::string> words;
  for (const Verdict verdict :
       {Verdict::pass, Verdict::fail, Verdict::inconclusive, Verdict::error, Verdict::skipped})
    words.emplace_back(to_text(verdict));
  problems.error(literal.position,
                 fmt::format("unknown verdict '{}', expected one of {}{}", base::printable(*word),
                             base::join(words, ", "), base::suggestion(*word, words)));
}

}  // namespace

void check_condition(const config::Expression& condition, const std::vector<std::string>& versions,
                     const ProducedMetrics& produced, config::Problems& problems) {
  for (const FunctionLiteral& literal : condition.function_literals()) {
    const Meaning meaning = meaning_of(literal);
    if (meaning == Meaning::version) check_version(literal, versions, problems);
    if (meaning == Meaning::verdict) check_verdict(literal, problems);
    if (meaning != Meaning::metric || !literal.value.text()) continue;
    const std::string objection = produced.objection_to(*literal.value.text());
    if (!objection.empty()) problems.objection(literal.position, objection);
  }
}

}  // namespace iter8::experiment
