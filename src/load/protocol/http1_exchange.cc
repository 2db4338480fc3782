#include "load/protocol/http1_exchange.h"

#include <utility>

#include <fmt/format.h>

namespace iter8::load {

Http1Exchange::Http1Exchange(const Settings& settings) : settings_(settings) {
  if (settings.requests == nullptr) return;
  extra_ = std::make_unique<Extra>(Extra{.builder = RequestBuilder(*settings.requests)});
  if (settings.stream != nullptr)
    events_ = &extra_->events.emplace(*settings.stream, *settings.error_statuses);
}

void Http1Exchange::open() {
  busy_ = false;
  unsent_ = {};
  if (extra_) extra_->builder.jar().clear();
}

void Http1Exchange::start(RequestId request_id) {
  request_id_ = request_id;
  busy_ = true;
  has_begun_ = false;
  if (extra_) [[unlikely]] {
    start_built_request();
    return;
  }
  unsent_ = settings_.request;
  parser_.start(settings_.body);
}

void Http1Exchange::start_built_request() {
  auto& [builder, validator, events] = *extra_;
  const RequestVariant& request = builder.next();
  unsent_ = builder.http1();
  validator.begin(request.expected.is_empty() ? nullptr : &request.expected, builder.jar_if_used());
  const bool validates = validator.wants_fields() || validator.wants_body();
  parser_.start(request.response_has_body ? Http1Parser::Body::by_fields : Http1Parser::Body::none,
                validates ? &validator : nullptr, events ? &*events : nullptr);
  if (events) events->begin();
}

/// Reports the events that came; false when one of them fails the request.
bool Http1Exchange::report_events(ResponseSink& sink) {
  for (const Part& part : events_->parts()) sink.on_part(request_id_, part);
  events_->forget_parts();
  if (!events_->problem()) return true;
  busy_ = false;
  sink.on_failure(request_id_, events_->problem()->error, events_->problem()->why);
  return false;
}

/// The response is complete: the same for the last events.
bool Http1Exchange::end_events(ResponseSink& sink) {
  events_->end(parser_.status());
  return report_events(sink);
}

/// The response is complete.
void Http1Exchange::report(ResponseSink& sink) {
  const std::string_view problem = extra_ ? extra_->validator.problem(parser_.status()) : std::string_view{};
  if (problem.empty()) [[likely]] {
    sink.on_response(request_id_, parser_.status());
  } else {
    sink.on_unexpected_response(request_id_, parser_.status(), problem);
  }
}

ConnectionReuse Http1Exchange::receive(std::string_view bytes, ResponseSink& sink) {
  // Unsolicited bytes belong to no request. Servers send them before they close an idle connection (408), so
  // this is not an error, but what follows on this connection could not be trusted.
  if (!busy_) return ConnectionReuse::close;

  const std::size_t count = parser_.read(bytes);
  if (events_ != nullptr && !report_events(sink)) [[unlikely]]
    return ConnectionReuse::close;
  if (parser_.state() == Http1Parser::State::reading) [[unlikely]] {
    if (!std::exchange(has_begun_, true)) sink.on_first_byte(request_id_);
    return ConnectionReuse::keep;
  }
  busy_ = false;
  if (parser_.state() == Http1Parser::State::malformed) {
    sink.on_failure(request_id_, ErrorClass::malformed, parser_.problem());
    return ConnectionReuse::close;
  }
  if (count < bytes.size()) {
    sink.on_failure(request_id_, ErrorClass::malformed, "there are bytes after the end of the response");
    return ConnectionReuse::close;
  }
  // A response that came before the whole request was sent leaves the rest of the request unsent: the
  // connection cannot be used again.
  const bool reusable = parser_.keeps_alive() && unsent_.empty() && settings_.keep_alive == KeepAlive::on;
  if (events_ == nullptr || end_events(sink)) [[likely]]
    report(sink);
  return reusable ? ConnectionReuse::keep : ConnectionReuse::close;
}

void Http1Exchange::end_of_stream(ResponseSink& sink) {
  if (!busy_) return;
  busy_ = false;
  parser_.end_of_stream();
  if (parser_.state() == Http1Parser::State::complete) {
    if (events_ == nullptr || end_events(sink)) report(sink);
  } else if (is_broken_off()) {
    sink.on_failure(request_id_, ErrorClass::unfinished,
                    "the server closed the connection " + events_->progress_text());
  } else {
    sink.on_failure(request_id_, ErrorClass::early_close,
                    parser_.started() ? "the server closed the connection before the end of the response"
                                      : "the server closed the connection without a response");
  }
}

void Http1Exchange::broken(ErrorClass error, std::string_view why, ResponseSink& sink) {
  if (!busy_) return;
  busy_ = false;
  if (is_broken_off())
    sink.on_failure(request_id_, ErrorClass::unfinished,
                    fmt::format("{}, {}", why, events_->progress_text()));
  else
    sink.on_failure(request_id_, error, why);
}

ConnectionReuse Http1Exchange::abandon(RequestId /*request_id*/) {
  busy_ = false;
  return ConnectionReuse::close;
}

}  // namespace iter8::load
