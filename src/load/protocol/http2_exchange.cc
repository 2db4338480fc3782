#include "load/protocol/http2_exchange.h"

#include <algorithm>

#include <fmt/format.h>

// Starting and sending requests; http2_receive.cc processes what the server sends.

namespace iter8::load {
namespace {

constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// RFC 9113, sections 6.5.2 and 6.9.2: what holds until the server says otherwise. Servers should not allow
/// fewer streams than this.
constexpr std::size_t kFirstStreamLimit = 100;
constexpr std::int64_t kFirstWindow = 65535;
/// Bytes of request bodies that are queued before some of them have to be sent.
constexpr std::size_t kOutputLimit = 64 * 1024;

std::uint8_t* pointer(std::string_view text) {
  return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
}

void append_setting(std::string& out, std::uint16_t name, std::uint32_t value) {
  out += static_cast<char>(name >> 8);
  out += static_cast<char>(name & 0xff);
  append_u32(out, value);
}

}  // namespace

Http2Exchange::Http2Exchange(const Settings& settings)
    : settings_(settings), streams_(static_cast<std::size_t>(settings.streams)) {
  const Requests& requests = *settings.requests;
  validates_responses_ = requests.cookies || std::ranges::any_of(requests.variants, [](const auto& variant) {
                           return !variant.expected.is_empty();
                         });
  has_fixed_fields_ = requests.has_fixed_fields();
  if (!requests.is_fixed()) builder_ = std::make_unique<RequestBuilder>(requests);
  if (!requests.grpc) return;
  calls_ = std::make_unique<GrpcCaller>(requests);
  response_fields_.read_grpc();
}

void Http2Exchange::open() {
  request_fields_.reset();
  response_fields_.reset();
  frames_.reset();
  streams_.reset();
  waiting_.clear();
  sending_.clear();
  if (builder_) builder_->jar().clear();
  if (calls_) calls_->open();
  block_stream_ = 0;
  open_ = 0;
  limit_ = kFirstStreamLimit;
  next_id_ = 1;
  window_ = stream_window_ = kFirstWindow;
  frame_size_ = kFirstFrameSize;
  unacknowledged_ = 0;
  unsent_acks_ = idle_frames_ = unclaimed_ = unreported_ = 0;
  settings_received_ = draining_ = false;
  goaway_.clear();
  problem_.clear();

  out_ = kPreface;
  out_sent_ = 0;
  append_frame_head(out_, FrameType::settings, 0, 0, 12);
  append_setting(out_, NGHTTP2_SETTINGS_ENABLE_PUSH, 0);
  append_setting(out_, NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kLargest31);
  append_window(0, kLargest31 - kFirstWindow);
}

std::size_t Http2Exchange::room() const {
  if (draining_ || next_id_ >= kLargest31) return 0;
  if (settings_.keep_alive == KeepAlive::off) return next_id_ == 1 && streams_.size() == 0 ? 1 : 0;
  // Where the server allows no stream, one request is started all the same: it waits, and its time runs.
  const std::size_t most = std::min(streams_.most(), std::max<std::size_t>(1, limit_));
  return streams_.size() < most ? most - streams_.size() : 0;
}

void Http2Exchange::start(RequestId request_id) {
  Http2Stream& stream = streams_.begin(request_id);
  if (calls_) [[unlikely]] {
    if (!stream.call) stream.call = std::make_unique<GrpcCallState>();
    calls_->begin(*stream.call);
  }
  if (open_ < limit_) [[likely]] {
    send_headers(stream);
  } else {
    waiting_.push_back(&stream);
  }
}

void Http2Exchange::send_headers(Http2Stream& stream) {
  streams_.name(stream, next_id_);
  next_id_ += 2;
  ++open_;
  stream.status = 0;
  stream.has_head = false;
  stream.length.reset();
  stream.received = 0;
  stream.unacknowledged = 0;
  stream.body_sent = 0;
  stream.body_is_open = false;
  stream.window = stream_window_;
  const RequestVariant& request = build_request(stream);
  stream.response_has_body = request.response_has_body;

  std::string_view block = has_fixed_fields_ ? request_fields_.repeatable() : std::string_view();
  if (calls_ && calls_->timeout_changed()) [[unlikely]]
    block = {};
  if (block.empty()) {
    set_fields(request);
    block = request_fields_.write(fields_);
  }
  append_block(stream.id, block, stream.body.empty() && !stream.body_is_open);
  if (!stream.body.empty()) sending_.push_back(&stream);
}

void Http2Exchange::send_waiting_headers() {
  while (!waiting_.empty() && open_ < limit_ && !draining_) {
    Http2Stream& stream = *waiting_.front();
    waiting_.erase(waiting_.begin());
    send_headers(stream);
  }
}

const RequestVariant& Http2Exchange::build_request(Http2Stream& stream) {
  const RequestVariant& request = builder_ ? builder_->next() : settings_.requests->variants.front();
  if (request.body.is_fixed()) {
    stream.body = request.body.text();
  } else {
    stream.own_body.clear();
    request.body.append_to(stream.own_body, builder_->draw());
    stream.body = stream.own_body;
  }
  if (settings_.stream != nullptr) {
    if (!stream.events)
      stream.events = std::make_unique<EventReader>(*settings_.stream, *settings_.error_statuses);
    stream.events->begin();
  }
  if (validates_responses_) {
    if (!stream.validator) stream.validator = std::make_unique<ResponseValidator>();
    stream.validator->begin(request.expected.is_empty() ? nullptr : &request.expected,
                            builder_ ? builder_->jar_if_used() : nullptr);
  }
  if (calls_) [[unlikely]]
    build_call(stream);
  return request;
}

void Http2Exchange::set_fields(const RequestVariant& request) {
  fields_.clear();
  values_.clear();
  const auto add = [this](std::string_view name, std::string_view value) {
    fields_.push_back({.name = pointer(name),
                       .value = pointer(value),
                       .namelen = name.size(),
                       .valuelen = value.size(),
                       .flags = NGHTTP2_NV_FLAG_NONE});
  };
  if (builder_) builder_->draw_length();
  for (const RequestVariant::Field& field : request.fields) {
    if (field.value.is_fixed()) {
      add(field.name, field.value.text());
      continue;
    }
    const std::size_t begin = values_.size();
    field.value.append_to(values_, builder_->draw());
    add(field.name, {nullptr, values_.size() - begin});
  }
  if (builder_ && !builder_->jar().text().empty()) add("cookie", builder_->jar().text());
  if (calls_) add("grpc-timeout", calls_->timeout());
  std::size_t begin = 0;  // only now have the values their final address
  for (nghttp2_nv& field : fields_) {
    if (field.value != nullptr) continue;
    field.value = pointer(values_) + begin;
    begin += field.valuelen;
  }
}

/// In as many frames as it takes: RFC 9113, section 6.10.
void Http2Exchange::append_block(std::uint32_t id, std::string_view block, bool ends) {
  FrameType type = FrameType::headers;
  std::uint8_t flags = ends ? kEndStream : 0;
  do {
    const std::string_view part = block.substr(0, frame_size_);
    block.remove_prefix(part.size());
    if (block.empty()) flags |= kEndHeaders;
    append_frame_head(out_, type, flags, id, part.size());
    out_ += part;
    type = FrameType::continuation;
    flags = 0;
  } while (!block.empty());
}

void Http2Exchange::append_reset(std::uint32_t id, std::uint32_t error) {
  append_frame_head(out_, FrameType::rst_stream, 0, id, 4);
  append_u32(out_, error);
}

void Http2Exchange::append_window(std::uint32_t id, std::size_t size) {
  append_frame_head(out_, FrameType::window_update, 0, id, 4);
  append_u32(out_, static_cast<std::uint32_t>(size));
}

bool Http2Exchange::is_output_long() const {
  return out_.size() - out_sent_ >= kOutputLimit;
}

std::span<const char> Http2Exchange::output() {
  if (!sending_.empty()) send_bodies();
  return {out_.data() + out_sent_, out_.size() - out_sent_};
}

void Http2Exchange::sent(std::size_t count) {
  out_sent_ += count;
  if (out_sent_ < out_.size() && out_sent_ < kOutputLimit) return;
  if (out_sent_ == out_.size()) unsent_acks_ = 0;
  out_.erase(0, out_sent_);
  out_sent_ = 0;
}

/// One frame of each stream in turn, as far as the windows allow.
void Http2Exchange::send_bodies() {
  bool moves = true;
  while (moves && !is_output_long()) {
    moves = false;
    for (Http2Stream* stream : sending_) moves = send_data_frame(*stream) || moves;
    if (calls_) [[unlikely]]
      refill_bodies();
    std::erase_if(sending_,
                  [](const Http2Stream* stream) { return stream->body_sent == stream->body.size(); });
  }
}

bool Http2Exchange::send_data_frame(Http2Stream& stream) {
  const std::int64_t allowed = std::min(window_, stream.window);
  if (allowed <= 0 || is_output_long()) return false;
  const std::size_t size =
      std::min({stream.body.size() - stream.body_sent, frame_size_, static_cast<std::size_t>(allowed)});
  const bool ends = stream.body_sent + size == stream.body.size() && !stream.body_is_open;
  append_frame_head(out_, FrameType::data, ends ? kEndStream : 0, stream.id, size);
  out_ += stream.body.substr(stream.body_sent, size);
  stream.body_sent += size;
  if (calls_) [[unlikely]]
    calls_->note_sent(*stream.call, stream.body.substr(0, stream.body_sent));
  idle_frames_ = 0;
  stream.window -= static_cast<std::int64_t>(size);
  window_ -= static_cast<std::int64_t>(size);
  return true;
}

ConnectionReuse Http2Exchange::reuse() const {
  const bool over =
      draining_ || next_id_ >= kLargest31 || (settings_.keep_alive == KeepAlive::off && next_id_ > 1);
  return over && streams_.size() == 0 ? ConnectionReuse::close : ConnectionReuse::keep;
}

ConnectionReuse Http2Exchange::abandon(RequestId request_id) {
  for (Http2Stream& stream : streams_.all()) {
    if (!stream.is_used || stream.request_id != request_id) continue;
    if (stream.id != 0) append_reset(stream.id, NGHTTP2_CANCEL);
    release(stream);
  }
  unclaimed_ = 0;
  return reuse();
}

void Http2Exchange::release(Http2Stream& stream) {
  if (stream.beginning == Http2Stream::Beginning::unreported) --unreported_;
  if (stream.id != 0) {
    --open_;
  } else {
    std::erase(waiting_, &stream);
  }
  if (!sending_.empty()) std::erase(sending_, &stream);
  streams_.end(stream);
  if (!waiting_.empty()) send_waiting_headers();
}

}  // namespace iter8::load
