#pragma once

#include <vector>

#include "config/template/template.h"
#include "config/value/value.h"
#include "experiment/task.h"
#include "tasks/evidence/event.h"

namespace iter8::tasks {

/// What templates of messages can read beside what template_data() offers:
///   .event    the event, see event_document.h
///   .Report   what Iter8 v0.11 to v0.15 gave to templates, see legacy_report.h
///   .Summary  what Iter8 v0.16 and later gave them, see there
/// The latter two are built only for templates that read them: `fields` are all that the templates read.
config::Value message_data(const experiment::Context& context, const Event& event,
                           const std::vector<config::TemplateField>& fields);

/// As check_template(), with these names too, and of `event` one level down.
void check_message_template(const config::Template& text, config::Position position,
                            const std::vector<experiment::Version>& versions, config::Problems& problems);

}  // namespace iter8::tasks
