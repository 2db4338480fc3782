#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "load/plan.h"
#include "load/protocol/event_reader.h"
#include "load/protocol/exchange.h"
#include "load/protocol/http1_parser.h"
#include "load/protocol/response_validator.h"
#include "load/request/request_builder.h"

namespace iter8::load {

/// HTTP/1.1 without pipelining: one request at a time. Where all requests are the same, start() points at the
/// prepared bytes and copies nothing; otherwise a RequestBuilder makes each one. After a response that ended
/// cleanly the connection is kept, unless one of the two sides asked to close it.
class Http1Exchange final : public Exchange {
 public:
  struct Settings {
    std::string_view request;  // all of its bytes; outlives the exchange
    Http1Parser::Body body = Http1Parser::Body::by_fields;
    KeepAlive keep_alive = KeepAlive::on;
    /// Set where requests differ or responses are looked into, else null; outlives the exchange.
    const Requests* requests = nullptr;
    /// Where responses are taken apart into events; both outlive the exchange.
    const ResponseStream* stream = nullptr;
    const StatusSet* error_statuses = nullptr;
  };
  explicit Http1Exchange(const Settings& settings);

  void open() override;
  std::size_t room() const override { return busy_ ? 0 : 1; }
  bool is_busy() const override { return busy_; }
  void start(RequestId request_id) override;
  bool batches_writes() const override { return false; }
  std::span<const char> output() override { return unsent_; }
  void sent(std::size_t count) override { unsent_ = unsent_.subspan(count); }
  ConnectionReuse receive(std::string_view bytes, ResponseSink& sink) override;
  void end_of_stream(ResponseSink& sink) override;
  void broken(ErrorClass error, std::string_view why, ResponseSink& sink) override;
  ConnectionReuse abandon(RequestId request_id) override;

 private:
  /// Exists only where requests differ or responses are looked into.
  struct Extra {
    RequestBuilder builder;
    ResponseValidator validator;
    std::optional<EventReader> events;
  };

  void start_built_request();
  void report(ResponseSink& sink);
  bool report_events(ResponseSink& sink);
  bool end_events(ResponseSink& sink);
  bool is_broken_off() const { return events_ != nullptr && events_->is_open(); }

  Settings settings_;
  std::unique_ptr<Extra> extra_;
  EventReader* events_ = nullptr;  // of extra_, where responses are taken apart
  std::span<const char> unsent_;
  RequestId request_id_ = 0;
  bool busy_ = false;
  bool has_begun_ = false;  // the sink was told that the response begins
  Http1Parser parser_;
};

}  // namespace iter8::load
