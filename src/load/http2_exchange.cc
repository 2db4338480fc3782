#include "load/http2_exchange.h"

#include <algorithm>

#include <fmt/format.h>

#include "load/http2_setup.h"

namespace iter8::load {
namespace {

constexpr std::int32_t kLargestWindow = INT32_MAX;  // RFC 9113, section 6.9.1
/// Bytes that are made ready before some of them are sent.
constexpr std::size_t kOutputLimit = 64 * 1024;
/// Identifiers of streams are odd and below 2^31.
constexpr std::uint32_t kMostRequests = (std::uint32_t{1} << 30) - 1;

std::uint8_t* pointer(std::string_view text) {
  return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
}

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
  limit_ = kFirstStreamLimit;
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
  stream.complete = false;
  stream.reset = false;
  const RequestVariant& request = compose(stream);
  set_fields(request);
  stream.id = nghttp2_submit_request(session_.get(), nullptr, fields_.data(), fields_.size(),
                                     stream.body.empty() ? nullptr : &Http2Setup::get().body, &stream);
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
    sink_->failed(stream.ticket, ErrorClass::stream,
                  "the server reset the stream: " + http2_error_name(error));
  } else if (stream.complete) {
    report(stream);
  } else {
    sink_->failed(stream.ticket, ErrorClass::malformed,
                  "HTTP/2: " + (complaint_.empty() ? http2_error_name(error) : complaint_));
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
