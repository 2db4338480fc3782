#include "report/outputs.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "report/remarks.h"
#include "report/view.h"

namespace iter8::report {

using experiment::Result;

namespace {

constexpr std::size_t kLongestName = 200;

bool is_harmless(const std::string& name) {
  return !name.empty() && name.size() <= kLongestName &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return (c < 0x80 && std::isalnum(c) != 0) ||
                  std::string_view("._/:@+-").find(static_cast<char>(c)) != std::string_view::npos;
         });
}

std::string safe_name_of(const Result& result, std::size_t version) {
  const std::string name = version_name(result, version);
  return is_harmless(name) ? name : std::to_string(version);
}

std::string truth(bool holds) {
  return holds ? "true" : "false";
}

}  // namespace

Outputs outputs_of(const Result& result) {
  std::string winner;
  std::string recommended;
  if (result.assessment && result.assessment->winner) {
    const experiment::Winner& found = *result.assessment->winner;
    if (found.found && found.version) winner = safe_name_of(result, *found.version);
    recommended = safe_name_of(result, found.recommended);
  }
  const bool was_run = result.file_problems.empty();
  return {{"verdict", std::string(verdict_word(result))},
          {"completed", truth(result.completed())},
          {"slos", truth(was_run && slos_satisfied(result))},
          {"winner", winner},
          {"recommended", recommended}};
}

std::string summary_sentence(const Result& result) {
  const std::string verdict(verdict_word(result));
  const std::vector<Remark> list = remarks(result);
  if (!list.empty()) {
    std::string text = verdict + ": " + list.front().text();
    return list.size() == 1 ? text : text + fmt::format(" (and {} more)", list.size() - 1);
  }
  const std::size_t met = result.assessment ? result.assessment->objectives.size() : 0;
  const std::string winner = winner_sentence(result);
  return verdict + ": " + headline(result) + fmt::format(", {} objective{} met", met, met == 1 ? "" : "s") +
         (winner.empty() ? "" : "; winner: " + winner);
}

}  // namespace iter8::report
