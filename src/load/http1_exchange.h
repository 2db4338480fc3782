#pragma once

#include <memory>
#include <string_view>

#include "load/answer_reader.h"
#include "load/composer.h"
#include "load/exchange.h"
#include "load/http1_parser.h"
#include "load/plan.h"

namespace iter8::load {

/// HTTP/1.1 without pipelining: one request at a time, always the same bytes unless it is given a composer.
class Http1Exchange final : public Exchange {
 public:
  struct Settings {
    std::string_view request;  // outlives the exchange
    Http1Parser::Body body = Http1Parser::Body::by_fields;
    KeepAlive keep_alive = KeepAlive::on;
    /// Null, or what makes every request anew and says what its answer should be; outlives the exchange.
    const Requests* requests = nullptr;
  };
  explicit Http1Exchange(const Settings& settings);

  void open() override;
  std::size_t room() const override { return busy_ ? 0 : 1; }
  bool is_busy() const override { return busy_; }
  void start(Ticket ticket) override;
  bool gathers() const override { return false; }
  std::span<const char> output() override { return unsent_; }
  void sent(std::size_t count) override { unsent_ = unsent_.subspan(count); }
  Fate receive(std::string_view bytes, AnswerSink& sink) override;
  void end_of_stream(AnswerSink& sink) override;
  void broken(ErrorClass error, std::string_view why, AnswerSink& sink) override;
  Fate abandon(Ticket ticket) override;

 private:
  /// What an exchange has only where requests differ or answers are looked into.
  struct Extra {
    Composer composer;
    AnswerReader reader;
  };

  void start_composed();
  void report(AnswerSink& sink);

  Settings settings_;
  std::unique_ptr<Extra> extra_;
  std::span<const char> unsent_;
  Ticket ticket_ = 0;
  bool busy_ = false;
  Http1Parser parser_;
};

}  // namespace iter8::load
