#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>
#include <nghttp2/nghttp2.h>

#include "load/protocol/http2_exchange.h"
#include "load/request/request.h"
#include "tests/unit/load/http2_bytes.h"
#include "tests/unit/load/recording_sink.h"

namespace iter8::load {

using namespace std::string_literals;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// A field without index.
inline std::string plain_field(std::string_view name, std::string_view value) {
  return "\0"s + static_cast<char>(name.size()) + std::string(name) + static_cast<char>(value.size()) +
         std::string(value);
}

inline const std::string kGrpcHead = "\x88" + plain_field("content-type", "application/grpc");

inline std::string grpc_head(std::uint32_t stream, const std::string& block = kGrpcHead) {
  return frame(FrameType::headers, kEndHeaders, stream, block);
}

inline std::string grpc_data(std::uint32_t stream, const std::string& messages) {
  return frame(FrameType::data, 0, stream, messages);
}

inline std::string grpc_trailers(std::uint32_t stream, const std::string& status,
                                 const std::string& message = {}) {
  std::string block = plain_field("grpc-status", status);
  if (!message.empty()) block += plain_field("grpc-message", message);
  return frame(FrameType::headers, kEndHeaders | kEndStream, stream, block);
}

inline std::string grpc_message(std::string_view text, GrpcCompression compression = GrpcCompression::off) {
  std::string bytes;
  append_grpc_message(bytes, text, compression);
  return bytes;
}

inline GrpcCall unary(std::vector<std::string> messages = {"question"}) {
  GrpcCall call;
  call.messages = std::move(messages);
  return call;
}

inline GrpcCall streaming(std::vector<std::string> messages) {
  GrpcCall call = unary(std::move(messages));
  call.client_streams = call.server_streams = true;
  return call;
}

/// A connection with calls on it, at a time that the test sets.
class CallTalk {
 public:
  explicit CallTalk(const GrpcCall& call, int calls = 1, const Headers& metadata = {}) {
    Target target;
    std::string problem;
    target.url = *net::parse_url("http://h/pkg.Service/Method", problem);
    target.headers = metadata;
    target.grpc = call;
    requests_ = make_requests(target, KeepAlive::on, 1);
    exchange = std::make_unique<Http2Exchange>(Http2Exchange::Settings{.requests = &requests_, .streams = 8});
    exchange->open();
    drain();
    exchange->receive(frame(FrameType::settings, 0, 0), sink);
    drain();
    for (int i = 0; i < calls; ++i) start(seconds(5));
    fields = {};
    said = drain();
    read(said);
  }

  void start(base::Duration timeout) {
    exchange->set_time(now, now + timeout);
    exchange->start(next_++);
  }
  ConnectionReuse receive(const std::string& bytes) { return exchange->receive(bytes, sink); }
  /// Time passes; what the exchange then says, as read() tells it.
  std::string pass(base::Duration time) {
    now += time;
    exchange->set_time(now, now);
    reuse = exchange->on_time(sink);
    return read(drain());
  }

  std::string drain() {
    std::string all;
    for (auto bytes = exchange->output(); !bytes.empty(); bytes = exchange->output()) {
      all.append(bytes.begin(), bytes.end());
      exchange->sent(bytes.size());
    }
    return all;
  }

  /// "H3 D3:payload D3.: R3 P": headers, data (with a dot where the stream ends), resets and pings.
  std::string read(const std::string& bytes) {
    std::string text;
    std::string_view rest = bytes;
    while (const auto each = reader_.next(rest)) {
      const std::string stream = std::to_string(each->stream);
      const std::string end = each->has(kEndStream) ? "." : "";
      if (!text.empty()) text += ' ';
      if (each->type == FrameType::headers) {
        text += "H" + stream + end;
        decode(each->payload);
      } else if (each->type == FrameType::data) {
        text += "D" + stream + end + ":" + std::string(each->payload);
      } else if (each->type == FrameType::rst_stream) {
        text += "R" + stream;
      } else if (each->type == FrameType::ping) {
        text += "P";
        ping = each->payload;
      }
    }
    return text;
  }

  std::unique_ptr<Http2Exchange> exchange;
  RecordingSink sink;
  base::MonotonicTime now{seconds(1000)};
  std::string said;
  std::string fields;  // of the requests, a line each
  std::string ping;
  ConnectionReuse reuse = ConnectionReuse::keep;

 private:
  void decode(std::string_view block) {
    if (!inflater_) nghttp2_hd_inflate_new(&inflater_);
    int flags = 0;
    while ((flags & NGHTTP2_HD_INFLATE_FINAL) == 0) {
      nghttp2_nv each{};
      const auto count = nghttp2_hd_inflate_hd2(
          inflater_, &each, &flags, reinterpret_cast<const std::uint8_t*>(block.data()), block.size(), 1);
      REQUIRE(count >= 0);
      block.remove_prefix(static_cast<std::size_t>(count));
      if ((flags & NGHTTP2_HD_INFLATE_EMIT) == 0) continue;
      fields += std::string(reinterpret_cast<char*>(each.name), each.namelen) + ": " +
                std::string(reinterpret_cast<char*>(each.value), each.valuelen) + "\n";
    }
    nghttp2_hd_inflate_end_headers(inflater_);
  }

  Requests requests_;
  RequestId next_ = 0;
  Http2FrameReader reader_;
  nghttp2_hd_inflater* inflater_ = nullptr;

 public:
  ~CallTalk() {
    if (inflater_) nghttp2_hd_inflate_del(inflater_);
  }
  CallTalk(const CallTalk&) = delete;
  CallTalk& operator=(const CallTalk&) = delete;
};

}  // namespace iter8::load
