#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "experiment/result/result_document.h"
#include "report/formats.h"
#include "summary/verdict.h"
#include "summary/winner.h"
#include "summary/wording.h"

namespace iter8::report {

namespace {

using experiment::Json;
using experiment::Result;

Json name_of(const Result& result, const std::optional<std::size_t>& version) {
  return version ? Json(summary::version_name(result, *version)) : Json();
}

/// What a program asks first, in the words of every other output.
Json answers_of(const Result& result) {
  const bool is_contested = result.assessment && result.assessment->winner;
  const auto recommended =
      is_contested ? std::optional(result.assessment->winner->recommended) : std::nullopt;
  return {{"verdict", to_text(summary::verdict_of(result))},
          {"winner", name_of(result, summary::winner_of(result))},
          {"recommended", name_of(result, recommended)}};
}

}  // namespace

std::string json(const Result& result) {
  Json document = answers_of(result);
  Json whole = experiment::to_document(result);
  for (auto& [key, value] : whole.items()) document[key] = std::move(value);
  // A byte that is not UTF-8 becomes U+FFFD: one odd message must not cost the whole report.
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace iter8::report
