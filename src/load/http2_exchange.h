#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nghttp2/nghttp2.h>

#include "load/answer_reader.h"
#include "load/composer.h"
#include "load/exchange.h"
#include "load/plan.h"

namespace iter8::load {

/// HTTP/2 (RFC 9113) with many requests at a time, on nghttp2, which frames, compresses and keeps the
/// windows.
///
/// Windows are as large as the protocol allows, so that no answer waits for the generator. Pushes are turned
/// off. A request that the server says it did not act on (GOAWAY below it, REFUSED_STREAM) is refused and may
/// be sent again; after a GOAWAY nothing more is started, and the connection ends with its last request.
///
/// Cost: frames of all requests that were started since the last write leave in one, and one read brings many
/// answers; nghttp2 takes most of the rest, about 1 µs a request. Header fields of requests that are all the
/// same are handed over without being copied. A connection takes about 20 KiB.
class Http2Exchange final : public Exchange {
 public:
  struct Settings {
    const Requests* requests = nullptr;  // outlive the exchange
    int streams = 1;
    KeepAlive keep_alive = KeepAlive::on;
  };
  explicit Http2Exchange(const Settings& settings);
  ~Http2Exchange() override;

  void open() override;
  std::size_t room() const override;
  bool is_busy() const override { return active_ > 0; }
  void start(Ticket ticket) override;
  bool gathers() const override { return true; }
  std::span<const char> output() override;
  void sent(std::size_t count) override;
  Fate receive(std::string_view bytes, AnswerSink& sink) override;
  void end_of_stream(AnswerSink& sink) override;
  void broken(ErrorClass error, std::string_view why, AnswerSink& sink) override;
  Fate abandon(Ticket ticket) override;

 private:
  friend struct Http2Events;  // through which nghttp2 says what it read

  /// One request in flight. Its place is used again by later ones.
  struct Stream {
    Ticket ticket = 0;
    std::int32_t id = 0;  // 0: free
    int status = 0;
    bool has_fields = false;  // of the final answer
    bool complete = false;    // the answer was, before the server reset the stream
    bool reset = false;       // by the server, before that
    std::size_t body_sent = 0;
    std::string_view body;                 // what is sent
    std::string own_body;                  // of a request whose body is not always the same
    std::unique_ptr<AnswerReader> reader;  // where answers are looked into
  };
  struct FreeSession {
    void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
  };

  const RequestVariant& compose(Stream& stream);
  void set_fields(const RequestVariant& request);
  void collect();
  Stream* find(std::int32_t id);
  void finish(Stream& stream, std::uint32_t error);
  void report(const Stream& stream);
  void fail_all(ErrorClass error, std::string_view why, AnswerSink& sink);
  void release(Stream& stream);
  Fate fate() const;

  Settings settings_;
  std::unique_ptr<Composer> composer_;  // where requests differ
  std::unique_ptr<nghttp2_session, FreeSession> session_;
  std::vector<Stream> streams_;
  std::vector<std::uint32_t> free_;  // places in streams_
  std::vector<nghttp2_nv> fields_;   // of the request that is being started
  std::string values_;               // those of its values that differ
  std::string out_;
  std::size_t out_sent_ = 0;
  std::size_t active_ = 0;
  std::size_t limit_ = 0;          // of requests at a time, as the server has it
  std::uint32_t started_ = 0;      // on this connection
  std::size_t answer_fields_ = 0;  // bytes of those that are being read
  bool draining_ = false;          // nothing more is started
  bool looks_into_answers_ = false;
  std::string complaint_;       // of nghttp2, about what it last read
  std::string problem_;         // what ends the connection
  AnswerSink* sink_ = nullptr;  // of receive(): sending the rest of a request may also complete its answer
};

}  // namespace iter8::load
