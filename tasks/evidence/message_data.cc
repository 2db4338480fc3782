#include "tasks/evidence/message_data.h"

#include <algorithm>

#include "base/text.h"
#include "experiment/result/value_document.h"
#include "tasks/evidence/data.h"
#include "tasks/evidence/event_document.h"
#include "tasks/evidence/legacy_report.h"

namespace iter8::tasks {

namespace {

using config::TemplateField;
using config::Value;

bool reads(const std::vector<TemplateField>& fields, std::string_view root) {
  return std::ranges::any_of(
      fields, [root](const TemplateField& field) { return base::split(field.path, '.').front() == root; });
}

std::vector<std::string> keys_of_events() {
  const experiment::Json document = to_document(Event{});
  std::vector<std::string> keys;
  for (const auto& [key, value] : document.items()) keys.push_back(key);
  return keys;
}

}  // namespace

Value message_data(const experiment::Context& context, const Event& event,
                   const std::vector<TemplateField>& fields) {
  const EventSource source{.result = context.result,
                           .run = event.run,
                           .now = event.time,
                           .secrets = context.secrets,
                           .iteration = context.iteration};
  const Value basis = template_data(context);
  Value::Map data = *basis.map();
  data.emplace_back("event", experiment::to_value(to_document(event)));
  if (reads(fields, "Report")) data.emplace_back("Report", legacy_report(source, fields));
  if (reads(fields, "Summary")) {
    std::erase_if(data, [](const auto& entry) { return entry.first == "Summary"; });
    data.emplace_back("Summary", legacy_summary(source, fields));
  }
  return data;
}

void check_message_template(const config::Template& text, config::Position position,
                            const std::vector<experiment::Version>& versions, config::Problems& problems) {
  check_template(text, position, versions, problems, {"event", "Report"});
  static const std::vector<std::string> keys = keys_of_events();
  for (const TemplateField& field : text.fields()) {
    const std::vector<std::string> path = base::split(field.path, '.');
    if (path[0] != "event" || path.size() < 2 || std::ranges::find(keys, path[1]) != keys.end()) continue;
    problems.error(
        field.position.line > 0 ? field.position : position,
        "template: an event has no '" + base::printable(path[1]) + "'" + base::suggestion(path[1], keys));
  }
}

}  // namespace iter8::tasks
