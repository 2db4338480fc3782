#include "load/error_class.h"

namespace iter8::load {

bool has_latency(ErrorClass error) {
  return error == ErrorClass::timeout || error == ErrorClass::overflow || error == ErrorClass::expect ||
         error == ErrorClass::status;
}

std::string_view to_text(ErrorClass error) {
  switch (error) {
    case ErrorClass::resolve:
      return "resolve";
    case ErrorClass::connect:
      return "connect";
    case ErrorClass::tls:
      return "tls";
    case ErrorClass::timeout:
      return "timeout";
    case ErrorClass::overflow:
      return "overflow";
    case ErrorClass::reset:
      return "reset";
    case ErrorClass::early_close:
      return "early-close";
    case ErrorClass::malformed:
      return "malformed";
    case ErrorClass::refused:
      return "refused";
    case ErrorClass::stream:
      return "stream";
    case ErrorClass::proxy:
      return "proxy";
    case ErrorClass::unfinished:
      return "unfinished";
    case ErrorClass::error_event:
      return "error-event";
    case ErrorClass::not_json:
      return "not-json";
    case ErrorClass::event_too_large:
      return "event-too-large";
    case ErrorClass::first_event_timeout:
      return "first-event-timeout";
    case ErrorClass::event_timeout:
      return "event-timeout";
    case ErrorClass::closed:
      return "closed";
    case ErrorClass::expect:
      return "expect";
    case ErrorClass::status:
      return "status";
  }
  return "unknown";
}

}  // namespace iter8::load
