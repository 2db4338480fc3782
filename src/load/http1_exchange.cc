#include "load/http1_exchange.h"

namespace iter8::load {

Http1Exchange::Http1Exchange(const Settings& settings) : settings_(settings) {
  if (settings.requests != nullptr)
    extra_ = std::make_unique<Extra>(Extra{.composer = Composer(*settings.requests)});
}

void Http1Exchange::open() {
  busy_ = false;
  unsent_ = {};
  if (extra_) extra_->composer.jar().clear();
}

void Http1Exchange::start(Ticket ticket) {
  ticket_ = ticket;
  busy_ = true;
  if (extra_) [[unlikely]] {
    start_composed();
    return;
  }
  unsent_ = settings_.request;
  parser_.start(settings_.body);
}

void Http1Exchange::start_composed() {
  auto& [composer, reader] = *extra_;
  const RequestVariant& request = composer.next();
  unsent_ = composer.http1();
  reader.begin(request.expected.is_empty() ? nullptr : &request.expected, composer.jar_if_used());
  const bool looks = reader.wants_fields() || reader.wants_body();
  parser_.start(request.answer_has_body ? Http1Parser::Body::by_fields : Http1Parser::Body::none,
                looks ? &reader : nullptr);
}

/// The answer is complete.
void Http1Exchange::report(AnswerSink& sink) {
  const std::string_view problem = extra_ ? extra_->reader.problem(parser_.status()) : std::string_view{};
  if (problem.empty()) [[likely]] {
    sink.answered(ticket_, parser_.status());
  } else {
    sink.unexpected(ticket_, parser_.status(), problem);
  }
}

Fate Http1Exchange::receive(std::string_view bytes, AnswerSink& sink) {
  // Bytes nobody asked for belong to no request. Servers send them before they close an idle connection
  // (408), so this is no error, but what follows on this connection could not be trusted.
  if (!busy_) return Fate::close;

  const std::size_t count = parser_.read(bytes);
  if (parser_.state() == Http1Parser::State::reading) [[unlikely]] {
    return Fate::keep;
  }
  busy_ = false;
  if (parser_.state() == Http1Parser::State::malformed) {
    sink.failed(ticket_, ErrorClass::malformed, parser_.problem());
    return Fate::close;
  }
  if (count < bytes.size()) {
    sink.failed(ticket_, ErrorClass::malformed, "there are bytes after the end of the answer");
    return Fate::close;
  }
  // An answer that came before the whole request was sent leaves the rest of the request unsent: no way to go
  // on.
  const bool reusable = parser_.keeps_alive() && unsent_.empty() && settings_.keep_alive == KeepAlive::on;
  report(sink);
  return reusable ? Fate::keep : Fate::close;
}

void Http1Exchange::end_of_stream(AnswerSink& sink) {
  if (!busy_) return;
  busy_ = false;
  parser_.end_of_stream();
  if (parser_.state() == Http1Parser::State::complete) {
    report(sink);
  } else {
    sink.failed(ticket_, ErrorClass::early_close,
                parser_.started() ? "the server closed the connection before the end of the answer"
                                  : "the server closed the connection without an answer");
  }
}

void Http1Exchange::broken(ErrorClass error, std::string_view why, AnswerSink& sink) {
  if (!busy_) return;
  busy_ = false;
  sink.failed(ticket_, error, why);
}

Fate Http1Exchange::abandon(Ticket /*ticket*/) {
  busy_ = false;
  return Fate::close;
}

}  // namespace iter8::load
