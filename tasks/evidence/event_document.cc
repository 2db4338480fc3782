#include "tasks/evidence/event_document.h"

#include <cmath>

#include <fmt/format.h>

#include "base/error.h"

namespace iter8::tasks {

namespace {

using experiment::Json;

Json text_or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json number_or_null(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? Json(*value) : Json();
}

Json objective_document(const CheckedObjective& objective) {
  return {{"metric", objective.metric},
          {"unit", objective.unit},
          {"version", objective.version},
          {"condition", objective.condition},
          {"value", number_or_null(objective.value)},
          {"limit", number_or_null(objective.limit)},
          {"verdict", to_text(objective.verdict)},
          {"reason", text_or_null(objective.reason)}};
}

}  // namespace

Json to_document(const Event& event) {
  Json document{{"id", event.id},
                {"experiment", event.experiment},
                {"verdict", event.verdict},
                {"outcome", to_text(event.status)},
                {"headline", event.headline},
                {"version", text_or_null(event.version)},
                {"metric", text_or_null(event.metric)},
                {"versions", event.versions},
                {"winner", event.winner ? Json(*event.winner) : Json()},
                {"recommended", event.recommended ? Json(*event.recommended) : Json()}};
  Json& objectives = document["objectives"] = Json::array();
  for (const CheckedObjective& objective : event.objectives)
    objectives.push_back(objective_document(objective));
  document["failures"] = event.failures;
  document["runUrl"] = text_or_null(event.run.url);
  document["repository"] = text_or_null(event.run.repository);
  document["commit"] = text_or_null(event.run.commit);
  document["branch"] = text_or_null(event.run.branch);
  document["iteration"] = event.iteration;
  document["startTime"] = base::to_rfc3339(event.start);
  document["time"] = base::to_rfc3339(event.time);
  document["iter8Version"] = event.iter8_version;
  return document;
}

std::string to_text(const Json& document) {
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

web::Request json_request(std::string url, const Json& document) {
  return {.method = "POST",
          .url = std::move(url),
          .headers = {{"Content-Type", "application/json"}},
          .body = to_text(document)};
}

FittedDocument fit_objectives(std::size_t count, std::size_t limit,
                              const std::function<Json(std::size_t)>& make) {
  const auto fits = [limit](const Json& document) { return to_text(document).size() <= limit; };
  Json whole = make(count);
  if (fits(whole)) return {.document = std::move(whole), .note = {}};

  std::size_t good = 0;  // what is known to fit, if anything does
  std::size_t bad = count;
  while (good + 1 < bad) {
    const std::size_t middle = good + (bad - good) / 2;
    (fits(make(middle)) ? good : bad) = middle;
  }
  FittedDocument result{.document = make(good),
                        .note = fmt::format("{} of {} objectives are left out", count - good, count)};
  if (!fits(result.document))
    throw base::Error(fmt::format("the message does not fit into the receiver's {} bytes", limit));
  return result;
}

}  // namespace iter8::tasks
