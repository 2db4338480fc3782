#include "tasks/load/no_answer.h"

#include <vector>

#include <fmt/format.h>

#include "base/text.h"

namespace iter8::tasks {

namespace {

/// What became of requests of this class, after "400 of 400".
std::string fate_of(load::ErrorClass error, const std::string& first_error) {
  using load::ErrorClass;
  switch (error) {
    case ErrorClass::resolve:
      return "unresolved";
    case ErrorClass::connect:
      return base::lower(first_error).find("refused") == std::string::npos ? "without a connection"
                                                                           : "connection refused";
    case ErrorClass::tls:
      return "failed in the TLS handshake";
    case ErrorClass::timeout:
      return "timed out";
    case ErrorClass::overflow:
      return "dropped from the queue";
    case ErrorClass::reset:
      return "connection reset";
    case ErrorClass::early_close:
      return "connection closed early";
    case ErrorClass::malformed:
      return "answered with something that is not HTTP";
    case ErrorClass::refused:
      return "refused by the server";
    case ErrorClass::stream:
      return "stream reset";
    case ErrorClass::proxy:
      return "refused by the proxy";
    case ErrorClass::unfinished:
      return "broken off before the end of the stream";
    case ErrorClass::error_event:
      return "ended by an error event";
    case ErrorClass::not_json:
      return "with an event that is not JSON";
    case ErrorClass::event_too_large:
      return "with an event that is too large";
    case ErrorClass::first_event_timeout:
      return "without a first event in time";
    case ErrorClass::event_timeout:
      return "without a further event in time";
    case ErrorClass::closed:
      return "ended by a close frame of the server";
    case ErrorClass::expect:
    case ErrorClass::status:
      break;
  }
  return std::string(to_text(error));
}

}  // namespace

std::string no_answer_text(const VersionLoad& load) {
  const load::Tally& tally = load.tally;
  if (tally.completed > 0 || tally.sent == 0) return {};
  std::vector<std::string> fates;
  for (std::size_t i = 0; i < load::kErrorClasses; ++i)
    if (tally.errors[i] > 0)
      fates.push_back(fmt::format("{} of {} {}", tally.errors[i], tally.sent,
                                  fate_of(static_cast<load::ErrorClass>(i), tally.first_error)));
  if (tally.in_flight > 0)
    fates.push_back(fmt::format("{} of {} given up in flight", tally.in_flight, tally.sent));
  std::string text = "no answer: " + base::join(fates, ", ");
  if (!tally.first_error.empty()) text += " (" + tally.first_error + ")";
  return text;
}

}  // namespace iter8::tasks
