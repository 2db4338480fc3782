#include "load/http2_exchange.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace iter8::load {
namespace {

constexpr std::int32_t kLargestWindow = INT32_MAX;  // RFC 9113, section 6.9.1
/// Of one answer, as for HTTP/1.1.
constexpr std::size_t kFieldsLimit = 64 * 1024;
/// Bytes that are made ready before some of them are sent.
constexpr std::size_t kOutputLimit = 64 * 1024;
/// What a server takes until it says otherwise: RFC 9113, section 6.5.2, advises no less.
constexpr std::size_t kFirstLimit = 100;
/// Identifiers of streams are odd and below 2^31.
constexpr std::uint32_t kMostRequests = (std::uint32_t{1} << 30) - 1;

std::string error_name(std::uint32_t code) {
  return fmt::format("{} ({})", nghttp2_http2_strerror(code), code);
}

std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

std::uint8_t* pointer(std::string_view text) {
  return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
}

}  // namespace

/// What nghttp2 calls while it reads and writes. Each finds the exchange in `user_data` and its stream by
/// identifier; a stream that nobody waits for any more has none.
struct Http2Callbacks {
  static Http2Exchange& exchange(void* user_data) { return *static_cast<Http2Exchange*>(user_data); }
  static Http2Exchange::Stream* stream(nghttp2_session* session, std::int32_t id) {
    return static_cast<Http2Exchange::Stream*>(nghttp2_session_get_stream_user_data(session, id));
  }

  static int begin_headers(nghttp2_session* /*session*/, const nghttp2_frame* /*frame*/, void* user_data) {
    exchange(user_data).answer_fields_ = 0;
    return 0;
  }

  static int header(nghttp2_session* session, const nghttp2_frame* frame, const std::uint8_t* name,
                    std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                    std::uint8_t /*flags*/, void* user_data) {
    Http2Exchange& self = exchange(user_data);
    self.answer_fields_ += name_size + value_size;
    if (self.answer_fields_ > kFieldsLimit) {
      self.complaint_ = "the fields are longer than 64 KiB";
      return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    const bool is_status = name_size == 7 && name[0] == ':';  // an answer has no other pseudo field
    if (!is_status && !self.looks_into_answers_) [[likely]]
      return 0;
    Http2Exchange::Stream* stream = Http2Callbacks::stream(session, frame->hd.stream_id);
    if (stream == nullptr) return 0;
    if (is_status) {
      // nghttp2 lets only three digits through.
      stream->status = (value[0] - '0') * 100 + (value[1] - '0') * 10 + (value[2] - '0');
    } else if (stream->reader && stream->status >= 200 && !stream->has_fields) {
      stream->reader->field(text_of(name, name_size), text_of(value, value_size));
    }
    return 0;
  }

  static int data(nghttp2_session* session, std::uint8_t /*flags*/, std::int32_t id,
                  const std::uint8_t* bytes, std::size_t size, void* user_data) {
    if (!exchange(user_data).looks_into_answers_) [[likely]]
      return 0;
    const Http2Exchange::Stream* stream = Http2Callbacks::stream(session, id);
    if (stream != nullptr && stream->reader) stream->reader->body(text_of(bytes, size));
    return 0;
  }

  static int frame_received(nghttp2_session* session, const nghttp2_frame* frame, void* user_data) {
    Http2Exchange& self = exchange(user_data);
    if (frame->hd.type == NGHTTP2_HEADERS && self.looks_into_answers_) {
      Http2Exchange::Stream* stream = Http2Callbacks::stream(session, frame->hd.stream_id);
      if (stream != nullptr) stream->has_fields = stream->status >= 200;
    } else if (frame->hd.type == NGHTTP2_RST_STREAM) {
      Http2Exchange::Stream* stream = Http2Callbacks::stream(session, frame->hd.stream_id);
      // After the answer a server may reset what is left of the request (RFC 9113, section 8.1).
      const bool complete = nghttp2_session_get_stream_remote_close(session, frame->hd.stream_id) == 1;
      if (stream != nullptr) stream->reset = !complete;
    } else if (frame->hd.type == NGHTTP2_GOAWAY) {
      self.draining_ = true;
    } else if (frame->hd.type == NGHTTP2_SETTINGS && (frame->hd.flags & NGHTTP2_FLAG_ACK) == 0) {
      self.limit_ = nghttp2_session_get_remote_settings(session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
    }
    return 0;
  }

  static int stream_closed(nghttp2_session* session, std::int32_t id, std::uint32_t error, void* user_data) {
    Http2Exchange::Stream* stream = Http2Callbacks::stream(session, id);
    if (stream != nullptr) exchange(user_data).finish(*stream, error);
    return 0;
  }

  /// nghttp2 says goodbye only when the server broke a rule that ends the whole connection.
  static int frame_sent(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* user_data) {
    if (frame->hd.type != NGHTTP2_GOAWAY) [[likely]]
      return 0;
    const std::string_view reason = text_of(frame->goaway.opaque_data, frame->goaway.opaque_data_len);
    exchange(user_data).problem_ = fmt::format(
        "HTTP/2: {}", reason.empty() ? error_name(frame->goaway.error_code) : std::string(reason));
    return 0;
  }

  static int frame_not_sent(nghttp2_session* /*session*/, const nghttp2_frame* frame, int /*error*/,
                            void* user_data) {
    if (frame->hd.type != NGHTTP2_HEADERS) return 0;
    Http2Exchange& self = exchange(user_data);
    Http2Exchange::Stream* stream = self.find(frame->hd.stream_id);
    if (stream != nullptr) self.finish(*stream, NGHTTP2_REFUSED_STREAM);
    return 0;
  }

  static int invalid_frame(nghttp2_session* /*session*/, const nghttp2_frame* /*frame*/, int error,
                           void* user_data) {
    Http2Exchange& self = exchange(user_data);
    if (self.complaint_.empty()) self.complaint_ = nghttp2_strerror(error);
    return 0;
  }

  static int complain(nghttp2_session* /*session*/, int /*error*/, const char* text, std::size_t size,
                      void* user_data) {
    exchange(user_data).complaint_ = base::printable({text, size}, 200);
    return 0;
  }

  static ssize_t read_body(nghttp2_session* session, std::int32_t id, std::uint8_t* room, std::size_t size,
                           std::uint32_t* flags, nghttp2_data_source* /*source*/, void* /*user_data*/) {
    Http2Exchange::Stream* stream = Http2Callbacks::stream(session, id);
    if (stream == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    const std::size_t count = std::min(size, stream->body.size() - stream->body_sent);
    stream->body.copy(reinterpret_cast<char*>(room), count, stream->body_sent);
    stream->body_sent += count;
    if (stream->body_sent == stream->body.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(count);
  }
};

namespace {

/// What is the same for all sessions; made once and never freed, as sessions of all threads use it.
struct Http2Setup {
  Http2Setup() {
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, Http2Callbacks::begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, Http2Callbacks::header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Http2Callbacks::data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, Http2Callbacks::frame_received);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, Http2Callbacks::stream_closed);
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, Http2Callbacks::frame_sent);
    nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks, Http2Callbacks::frame_not_sent);
    nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks, Http2Callbacks::invalid_frame);
    nghttp2_session_callbacks_set_error_callback2(callbacks, Http2Callbacks::complain);
    nghttp2_option_new(&options);
    nghttp2_option_set_no_closed_streams(options, 1);
    nghttp2_option_set_peer_max_concurrent_streams(options, kFirstLimit);
    nghttp2_option_set_max_send_header_block_length(options, std::size_t{1} << 20);
  }

  static const Http2Setup& get() {
    static const Http2Setup setup;
    return setup;
  }

  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_option* options = nullptr;
};

}  // namespace

Http2Exchange::Http2Exchange(const Settings& settings)
    : settings_(settings), streams_(static_cast<std::size_t>(settings.streams)) {
  const Requests& requests = *settings.requests;
  looks_into_answers_ = requests.cookies || std::ranges::any_of(requests.variants, [](const auto& variant) {
                          return !variant.expected.is_empty();
                        });
  if (!requests.is_fixed()) composer_ = std::make_unique<Composer>(requests);
  free_.reserve(streams_.size());
}

Http2Exchange::~Http2Exchange() = default;

void Http2Exchange::open() {
  nghttp2_session* session = nullptr;
  nghttp2_session_client_new2(&session, Http2Setup::get().callbacks, this, Http2Setup::get().options);
  session_.reset(session);
  constexpr std::array settings = {
      nghttp2_settings_entry{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
      nghttp2_settings_entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kLargestWindow},
  };
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, kLargestWindow);

  free_.clear();
  for (std::size_t i = streams_.size(); i > 0; --i) {
    streams_[i - 1].id = 0;
    free_.push_back(static_cast<std::uint32_t>(i - 1));
  }
  if (composer_) composer_->jar().clear();
  out_.clear();
  out_sent_ = 0;
  active_ = 0;
  limit_ = kFirstLimit;
  started_ = 0;
  draining_ = false;
  complaint_.clear();
  problem_.clear();
}

std::size_t Http2Exchange::room() const {
  if (draining_ || started_ >= kMostRequests) return 0;
  if (settings_.keep_alive == KeepAlive::off) return started_ == 0 ? 1 : 0;
  // A server that allows none is asked all the same: the request waits in line, and its time runs.
  const std::size_t most = std::min(streams_.size(), std::max<std::size_t>(1, limit_));
  return active_ < most ? most - active_ : 0;
}

void Http2Exchange::start(Ticket ticket) {
  Stream& stream = streams_[free_.back()];
  free_.pop_back();
  ++active_;
  ++started_;
  stream.ticket = ticket;
  stream.status = 0;
  stream.has_fields = false;
  stream.reset = false;
  const RequestVariant& request = compose(stream);
  set_fields(request);
  const nghttp2_data_provider body{.source = {}, .read_callback = Http2Callbacks::read_body};
  stream.id = nghttp2_submit_request(session_.get(), nullptr, fields_.data(), fields_.size(),
                                     stream.body.empty() ? nullptr : &body, &stream);
}

const RequestVariant& Http2Exchange::compose(Stream& stream) {
  const RequestVariant& request = composer_ ? composer_->next() : settings_.requests->variants.front();
  stream.body_sent = 0;
  if (request.body.is_fixed()) {
    stream.body = request.body.text();
  } else {
    stream.own_body.clear();
    request.body.append_to(stream.own_body, composer_->draw());
    stream.body = stream.own_body;
  }
  if (looks_into_answers_) {
    if (!stream.reader) stream.reader = std::make_unique<AnswerReader>();
    stream.reader->begin(request.expected.is_empty() ? nullptr : &request.expected,
                         composer_ ? composer_->jar_if_used() : nullptr);
  }
  return request;
}

/// Values that are the same for all requests are pointed at; nghttp2 copies the others.
void Http2Exchange::set_fields(const RequestVariant& request) {
  fields_.clear();
  values_.clear();
  const auto add = [this](std::string_view name, std::string_view value, std::uint8_t flags) {
    fields_.push_back({.name = pointer(name),
                       .value = pointer(value),
                       .namelen = name.size(),
                       .valuelen = value.size(),
                       .flags = flags});
  };
  constexpr std::uint8_t kNameStays = NGHTTP2_NV_FLAG_NO_COPY_NAME;
  if (composer_) composer_->draw_length();
  for (const RequestVariant::Field& field : request.fields) {
    if (field.value.is_fixed()) {
      add(field.name, field.value.text(), kNameStays | NGHTTP2_NV_FLAG_NO_COPY_VALUE);
      continue;
    }
    const std::size_t begin = values_.size();
    field.value.append_to(values_, composer_->draw());
    add(field.name, {nullptr, values_.size() - begin}, kNameStays);
  }
  if (composer_ && !composer_->jar().text().empty()) add("cookie", composer_->jar().text(), kNameStays);
  std::size_t begin = 0;  // only now do the values lie where they stay
  for (nghttp2_nv& field : fields_) {
    if (field.value != nullptr) continue;
    field.value = pointer(values_) + begin;
    begin += field.valuelen;
  }
}

std::span<const char> Http2Exchange::output() {
  collect();
  return {out_.data() + out_sent_, out_.size() - out_sent_};
}

void Http2Exchange::sent(std::size_t count) {
  out_sent_ += count;
}

void Http2Exchange::collect() {
  if (out_sent_ == out_.size()) {
    out_.clear();
    out_sent_ = 0;
  }
  while (out_.size() < kOutputLimit) {
    const std::uint8_t* bytes = nullptr;
    const ssize_t count = nghttp2_session_mem_send(session_.get(), &bytes);
    if (count < 0) problem_ = fmt::format("HTTP/2: {}", nghttp2_strerror(static_cast<int>(count)));
    if (count <= 0) return;
    out_.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(count));
  }
}

Fate Http2Exchange::receive(std::string_view bytes, AnswerSink& sink) {
  sink_ = &sink;
  complaint_.clear();
  const ssize_t count = nghttp2_session_mem_recv(session_.get(), pointer(bytes), bytes.size());
  if (count < 0) problem_ = fmt::format("HTTP/2: {}", nghttp2_strerror(static_cast<int>(count)));
  // What nghttp2 has to say may end streams, or the connection.
  collect();
  if (problem_.empty()) [[likely]]
    return fate();
  fail_all(ErrorClass::malformed, problem_, sink);
  return Fate::close;
}

void Http2Exchange::finish(Stream& stream, std::uint32_t error) {
  if (sink_ == nullptr) return;  // not even sent: its time will run out
  if (!stream.reset && error == NGHTTP2_NO_ERROR) [[likely]] {
    report(stream);
  } else if (error == NGHTTP2_REFUSED_STREAM && stream.status == 0) {
    sink_->refused(stream.ticket, "the server refused the request");
  } else if (stream.reset) {
    sink_->failed(stream.ticket, ErrorClass::stream, "the server reset the stream: " + error_name(error));
  } else if (stream.status >= 200 &&
             nghttp2_session_get_stream_remote_close(session_.get(), stream.id) == 1) {
    report(stream);  // the answer was complete before the reset
  } else {
    sink_->failed(stream.ticket, ErrorClass::malformed,
                  "HTTP/2: " + (complaint_.empty() ? error_name(error) : complaint_));
  }
  release(stream);
}

void Http2Exchange::report(const Stream& stream) {
  const std::string_view problem = stream.reader ? stream.reader->problem(stream.status) : std::string_view{};
  if (problem.empty()) [[likely]] {
    sink_->answered(stream.ticket, stream.status);
  } else {
    sink_->unexpected(stream.ticket, stream.status, problem);
  }
}

Http2Exchange::Stream* Http2Exchange::find(std::int32_t id) {
  const auto found = std::ranges::find(streams_, id, &Stream::id);
  return found == streams_.end() ? nullptr : &*found;
}

void Http2Exchange::release(Stream& stream) {
  stream.id = 0;
  --active_;
  free_.push_back(static_cast<std::uint32_t>(&stream - streams_.data()));
}

Fate Http2Exchange::fate() const {
  const bool over =
      draining_ || started_ >= kMostRequests || (settings_.keep_alive == KeepAlive::off && started_ > 0);
  return over && active_ == 0 ? Fate::close : Fate::keep;
}

void Http2Exchange::end_of_stream(AnswerSink& sink) {
  fail_all(ErrorClass::early_close, "the server closed the connection before the end of the answer", sink);
}

void Http2Exchange::broken(ErrorClass error, std::string_view why, AnswerSink& sink) {
  fail_all(error, why, sink);
}

void Http2Exchange::fail_all(ErrorClass error, std::string_view why, AnswerSink& sink) {
  for (Stream& stream : streams_) {
    if (stream.id == 0) continue;
    sink.failed(stream.ticket, error, why);
    release(stream);
  }
}

Fate Http2Exchange::abandon(Ticket ticket) {
  for (Stream& stream : streams_) {
    if (stream.id == 0 || stream.ticket != ticket) continue;
    nghttp2_session_set_stream_user_data(session_.get(), stream.id, nullptr);
    nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream.id, NGHTTP2_CANCEL);
    release(stream);
  }
  return fate();
}

}  // namespace iter8::load
