#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nghttp2/nghttp2.h>

#include "base/clock.h"
#include "entrypoint/demo/message.h"

namespace iter8::demo {

/// One connection of the server that speaks HTTP/2 (with prior knowledge), by nghttp2. Passive and without
/// I/O: the server passes in bytes and times, and sends what take_output() returns. One thread.
class Http2Connection {
 public:
  using Handler = std::function<Response(const RequestHead&)>;
  /// What a client's connection begins with.
  static constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  explicit Http2Connection(const Handler& handler);

  /// False when the connection is to be closed.
  bool receive(std::string_view bytes, base::MonotonicTime now);
  /// Sends what is due.
  void advance(base::MonotonicTime now);
  /// When advance() will next have something to do.
  std::optional<base::MonotonicTime> next_due() const;
  std::string take_output();
  /// Nothing more is read or written.
  bool is_over() const;

 private:
  struct Stream {
    RequestHead head;
    std::string method;
    std::string path;
    std::string content_type;
    std::string content;
    base::MonotonicTime arrived;
    bool answered = false;   // `response` is what the handler returned
    bool submitted = false;  // its head was sent
    bool reflects = false;   // answers each message as it comes
    bool has_ended = false;  // the client sends nothing more
    Response response;
    std::size_t next_part = 0;
    std::string pending;  // of the body, not sent yet
  };
  struct Free {
    void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
  };

  static int on_begin(nghttp2_session*, const nghttp2_frame* frame, void* self);
  static int on_field(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                      std::size_t name_size, const std::uint8_t* value, std::size_t value_size, std::uint8_t,
                      void* self);
  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data,
                     std::size_t size, void* self);
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* self);
  static int on_close(nghttp2_session*, std::int32_t id, std::uint32_t, void* self);
  static ssize_t read_body(nghttp2_session*, std::int32_t id, std::uint8_t* buffer, std::size_t size,
                           std::uint32_t* flags, nghttp2_data_source*, void* self);

  void answer(std::int32_t id, Stream& stream);
  void reflect(std::int32_t id, Stream& stream);
  void schedule(std::int32_t id, const Stream& stream);
  void send_part(std::int32_t id, Stream& stream);
  void submit(std::int32_t id, Stream& stream);
  bool is_complete(const Stream& stream) const;

  const Handler& handler_;
  std::unique_ptr<nghttp2_session, Free> session_;
  std::map<std::int32_t, Stream> streams_;
  std::multimap<base::MonotonicTime, std::int32_t> due_;
  base::MonotonicTime now_;
};

}  // namespace iter8::demo
