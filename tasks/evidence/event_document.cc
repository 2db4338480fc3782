#include "tasks/evidence/event_document.h"

#include <cmath>

namespace iter8::tasks {

namespace {

using experiment::Json;

Json text_or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json number_or_null(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? Json(*value) : Json();
}

Json document_of(const CheckedObjective& objective) {
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
  for (const CheckedObjective& objective : event.objectives) objectives.push_back(document_of(objective));
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

}  // namespace iter8::tasks
