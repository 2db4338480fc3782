#pragma once

#include "experiment/result/result_document.h"
#include "tasks/evidence/event.h"

namespace iter8::tasks {

/// The event as JSON: the default payload of webhooks and CloudEvents, and what templates see as `.event`.
/// Keys: id, experiment, verdict, outcome, headline, version, metric, versions, winner, recommended,
/// objectives
/// [{metric, unit, version, condition, value, limit, verdict, reason}], failures, runUrl, repository, commit,
/// branch, iteration, startTime, time, iter8Version. What is not known is null, or an empty list.
experiment::Json to_document(const Event& event);

/// The same text for the same document: compact, and with U+FFFD for what is no UTF-8.
std::string to_text(const experiment::Json& document);

}  // namespace iter8::tasks
