#include "report/outputs.h"

#include <algorithm>
#include <cctype>

#include "summary/verdict.h"
#include "summary/winner.h"
#include "summary/wording.h"

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
  const std::string name = summary::version_name(result, version);
  return is_harmless(name) ? name : std::to_string(version);
}

std::string truth(bool holds) {
  return holds ? "true" : "false";
}

}  // namespace

Outputs outputs_of(const Result& result) {
  const std::optional<std::size_t> winner = summary::winner_of(result);
  const bool is_contested = result.assessment && result.assessment->winner;
  const bool was_run = result.file_problems.empty();
  return {{"verdict", std::string(to_text(summary::verdict_of(result)))},
          {"completed", truth(result.completed())},
          {"slos", truth(was_run && slos_satisfied(result))},
          {"winner", winner ? safe_name_of(result, *winner) : ""},
          {"recommended", is_contested ? safe_name_of(result, result.assessment->winner->recommended) : ""}};
}

}  // namespace iter8::report
