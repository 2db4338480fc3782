#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "experiment/result/result_document.h"
#include "tasks/evidence/event.h"
#include "web/message.h"

namespace iter8::tasks {

/// The event as JSON: the default payload of webhooks and CloudEvents, and what templates see as `.event`.
/// Keys: id, experiment, verdict, outcome, headline, version, metric, versions, winner, recommended,
/// objectives [{metric, unit, version, condition, value, limit, verdict, reason}], failures, runUrl,
/// repository, commit, branch, iteration, startTime, time, iter8Version. What is not known is null, or an
/// empty list.
experiment::Json to_document(const Event& event);

/// The same text for the same document: compact, and with U+FFFD for what is not UTF-8.
std::string to_text(const experiment::Json& document);

/// A POST of this document.
web::Request json_request(std::string url, const experiment::Json& document);

/// A document that was made to fit a receiver's limit.
struct FittedDocument {
  experiment::Json document;
  std::string note;  // "2 of 40 objectives are left out", or empty
};

/// The document with as many of `count` objectives as keep its text within `limit` bytes. `make(n)` builds it
/// with the first n, and says in it itself what is left out. Throws base::Error when it does not fit without
/// any.
FittedDocument fit_objectives(std::size_t count, std::size_t limit,
                              const std::function<experiment::Json(std::size_t)>& make);

}  // namespace iter8::tasks
