#include "load/protocol/websocket_exchange.h"

#include <algorithm>
#include <random>
#include <utility>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/text.h"
#include "base/utf8.h"

namespace iter8::load {
namespace {

/// Frames in a row by which no message gets on (pings, pongs, empty fragments): a server that sends more
/// floods.
constexpr std::size_t kMostIdleFrames = 10'000;
/// Pongs that may wait to be sent, in bytes.
constexpr std::size_t kMaxUnsentPongs = std::size_t{1} << 20;
/// A buffer for messages that is kept from one to the next.
constexpr std::size_t kKeptBuffer = 64 * 1024;
constexpr std::size_t kLongestCloseReason = 123;

std::uint64_t unpredictable_seed() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

/// 16 random bytes in base64: RFC 6455, section 4.1.
std::string random_key(SplitMix64& random) {
  std::string bytes;
  for (int i = 0; i < 2; ++i) {
    std::uint64_t bits = random.next();
    for (int byte = 0; byte < 8; ++byte, bits >>= 8) bytes += static_cast<char>(bits & 0xffU);
  }
  return base::base64(bytes);
}

}  // namespace

WebSocketExchange::WebSocketExchange(const Settings& settings)
    : settings_(settings),
      most_(call().match ? static_cast<std::size_t>(settings.streams) : 1),
      builder_(*settings.requests),
      random_(unpredictable_seed()) {}

void WebSocketExchange::open() {
  phase_ = Phase::fresh;
  in_flight_.clear();
  started_any_ = false;
  out_.clear();
  out_sent_ = 0;
  held_.clear();
  queued_.clear();
  counted_ = 0;
  farewell_.clear();
  frames_.reset();
  in_message_ = false;
  message_.clear();
  idle_frames_ = unsent_pongs_ = 0;
  problem_.clear();
}

std::size_t WebSocketExchange::room() const {
  if (phase_ == Phase::over) return 0;
  if (settings_.keep_alive == KeepAlive::off) return started_any_ ? 0 : 1;
  return in_flight_.size() < most_ ? most_ - in_flight_.size() : 0;
}

void WebSocketExchange::start(RequestId request_id) {
  const RequestVariant& request = builder_.next();
  if (phase_ == Phase::fresh) append_handshake(request);
  started_any_ = true;
  std::string_view message = request.body.text();
  if (!request.body.is_fixed()) {
    built_.clear();
    request.body.append_to(built_, builder_.draw());
    message = built_;
  }
  note_in_flight(request_id, message);
  const Opcode opcode = call().kind == MessageKind::text ? Opcode::text : Opcode::binary;
  std::string& out = phase_ == Phase::open ? out_ : held_;
  append_websocket_frame(out, opcode, message, next_mask());
  queued_.push_back({.end = out.size(), .size = message.size()});
}

/// The values of its placeholders are those of the first message.
void WebSocketExchange::append_handshake(const RequestVariant& request) {
  const std::string key = random_key(random_);
  out_ += request.line;
  request.path.append_to(out_, builder_.draw());
  request.rest.append_to(out_, builder_.draw());
  out_ += fmt::format("Sec-WebSocket-Key: {}\r\n\r\n", key);
  upgrade_.start(key, call().subprotocols);
  phase_ = Phase::upgrading;
}

void WebSocketExchange::note_in_flight(RequestId request_id, std::string_view message) {
  key_.clear();
  if (const auto& match = call().match; match && match->sent) {
    if (const auto value = match->sent->find(message)) value->append_text(key_);
  } else if (match) {
    settings_.requests->websocket->match_value.append_to(key_, builder_.draw());
  }
  if (spare_.empty()) {
    in_flight_.emplace(key_, request_id);
    return;
  }
  InFlight::node_type node = std::move(spare_.back());
  spare_.pop_back();
  node.key() = key_;
  node.mapped() = request_id;
  in_flight_.insert(std::move(node));
}

void WebSocketExchange::sent(std::size_t count) {
  out_sent_ += count;
  if (phase_ == Phase::open) count_sent();
  if (out_sent_ < out_.size()) return;
  out_.clear();
  out_sent_ = 0;
  unsent_pongs_ = 0;
}

void WebSocketExchange::count_sent() {
  for (; counted_ < queued_.size() && queued_[counted_].end <= out_sent_; ++counted_) {
    ++counts_.sent;
    counts_.bytes_sent += static_cast<std::int64_t>(queued_[counted_].size);
  }
  if (counted_ < queued_.size()) return;
  queued_.clear();
  counted_ = 0;
}

ConnectionReuse WebSocketExchange::receive(std::string_view bytes, ResponseSink& sink) {
  sink_ = &sink;
  if (phase_ == Phase::upgrading && !read_upgrade(bytes, sink)) return reuse();
  while (problem_.empty() && phase_ == Phase::open) {
    const std::optional<WebSocketFrame> frame = frames_.next(bytes);
    if (!frame) break;
    handle_frame(*frame);
  }
  if (!frames_.problem().empty()) fail_connection(CloseCode::protocol_error, frames_.problem());
  if (!problem_.empty()) [[unlikely]]
    fail_all(ErrorClass::malformed, problem_, sink);
  return reuse();
}

/// Whether the server has switched, so that frames follow.
bool WebSocketExchange::read_upgrade(std::string_view& bytes, ResponseSink& sink) {
  bytes.remove_prefix(upgrade_.read(bytes));
  switch (upgrade_.state()) {
    case UpgradeResponse::State::reading:
      return false;
    case UpgradeResponse::State::switched:
      phase_ = Phase::open;
      for (QueuedMessage& message : queued_) message.end += out_.size();
      out_ += held_;
      held_.clear();
      return true;
    case UpgradeResponse::State::refused:
      phase_ = Phase::over;
      for (const auto& [key, request_id] : std::exchange(in_flight_, {}))
        sink.on_unexpected_response(request_id, upgrade_.status(), upgrade_.problem());
      return false;
    case UpgradeResponse::State::malformed:
      break;
  }
  fail_all(ErrorClass::malformed, "WebSocket: " + upgrade_.problem(), sink);
  return false;
}

void WebSocketExchange::handle_frame(const WebSocketFrame& frame) {
  if (!frame.payload.empty() && !is_control_frame(frame.opcode)) idle_frames_ = 0;
  if (++idle_frames_ > kMostIdleFrames)
    return fail_connection(CloseCode::protocol_error,
                           "the server floods: 10,000 frames in a row that belong to no message");
  switch (frame.opcode) {
    case Opcode::continuation:
    case Opcode::text:
    case Opcode::binary:
      return handle_data(frame);
    case Opcode::ping:
      return handle_ping(frame);
    case Opcode::close:
      return handle_close(frame);
    case Opcode::pong:
      return;  // unsolicited ones are allowed: section 5.5.3
  }
}

void WebSocketExchange::handle_data(const WebSocketFrame& frame) {
  const bool continues = frame.opcode == Opcode::continuation;
  if (frame.is_begin) {
    if (continues != in_message_)
      return fail_connection(CloseCode::protocol_error, continues ? "there is a continuation of nothing"
                                                                  : "a message begins inside another one");
    if (!continues) message_opcode_ = frame.opcode;
    in_message_ = true;
    if (frame.length > call().message_limit - message_.size())
      return fail_connection(CloseCode::too_big,
                             fmt::format("a message is longer than {} bytes", call().message_limit));
  }
  const bool is_last = frame.is_complete && frame.is_final;
  const bool is_whole = is_last && message_.empty();
  if (!is_whole) message_ += frame.payload;
  const bool has_begun = frame.is_begin && !continues && !is_last;
  if (has_begun && !call().match && !in_flight_.empty()) sink_->on_first_byte(in_flight_.begin()->second);
  if (!is_last) return;
  handle_message(is_whole ? frame.payload : std::string_view(message_));
  in_message_ = false;
  message_.clear();
  if (message_.capacity() > kKeptBuffer) message_.shrink_to_fit();
}

void WebSocketExchange::handle_message(std::string_view message) {
  ++counts_.received;
  counts_.bytes_received += static_cast<std::int64_t>(message.size());
  idle_frames_ = 0;
  if (message_opcode_ == Opcode::text && !base::is_utf8(message))
    return fail_connection(CloseCode::invalid_text, "a message of text is not UTF-8");
  const InFlight::iterator request = find_request(message);
  if (request == in_flight_.end()) {
    ++counts_.unsolicited;
    return;
  }
  const std::string_view problem = problem_of(message);
  const RequestId request_id = request->second;
  spare_.push_back(in_flight_.extract(request));
  if (problem.empty())
    sink_->on_response(request_id, kSwitched);
  else
    sink_->on_unexpected_response(request_id, kSwitched, problem);
}

WebSocketExchange::InFlight::iterator WebSocketExchange::find_request(std::string_view message) {
  const auto& match = call().match;
  if (!match) return in_flight_.begin();
  const std::optional<JsonValue> value = match->answer.find(message);
  if (!value || value->kind == JsonValue::Kind::absent) return in_flight_.end();
  key_.clear();
  value->append_text(key_);
  return in_flight_.find(key_);
}

/// What is wrong with an answer; empty when it is as expected. Valid until the next call.
std::string_view WebSocketExchange::problem_of(std::string_view message) {
  const std::string& text = settings_.requests->variants.front().expected.body_contains;
  if (message.find(text) == std::string_view::npos) {
    answer_problem_ =
        fmt::format("the answer does not contain '{}'", base::printable(text, kLongestCloseReason));
    return answer_problem_;
  }
  const auto& expected = call().expected;
  if (!expected) return {};
  const std::optional<JsonValue> value = expected->path.find(message);
  const std::string found = value ? value->text() : "";
  if (value && value->kind != JsonValue::Kind::absent && found == expected->value) return {};
  answer_problem_ =
      fmt::format("the answer has '{}' at {}, expected '{}'", base::printable(found, kLongestCloseReason),
                  expected->path.text(), base::printable(expected->value, kLongestCloseReason));
  return answer_problem_;
}

void WebSocketExchange::handle_ping(const WebSocketFrame& frame) {
  const std::size_t before = out_.size();
  append_websocket_frame(out_, Opcode::pong, frame.payload, next_mask());
  unsent_pongs_ += out_.size() - before;
  if (unsent_pongs_ > kMaxUnsentPongs)
    fail_connection(CloseCode::protocol_error, "the server sends more pings than it reads answers");
}

void WebSocketExchange::handle_close(const WebSocketFrame& frame) {
  const std::optional<int> code = close_code_of(frame.payload);
  if (!code)
    return fail_connection(CloseCode::protocol_error, "a close frame has a code that may not be sent");
  std::string why = "the server closed the WebSocket: " + close_code_text(*code);
  if (frame.payload.size() > 2)
    why += fmt::format(": '{}'", base::printable(frame.payload.substr(2), kLongestCloseReason));
  append_websocket_frame(farewell_, Opcode::close, frame.payload.substr(0, 2), next_mask());
  phase_ = Phase::over;
  for (const auto& [key, request_id] : std::exchange(in_flight_, {})) sink_->on_close(request_id, *code, why);
}

/// The server violated a rule that ends the connection (section 7.1.7).
void WebSocketExchange::fail_connection(CloseCode code, std::string_view why) {
  if (!problem_.empty()) return;
  problem_ = fmt::format("WebSocket: {}", why);
  append_close_frame(farewell_, code, next_mask());
}

void WebSocketExchange::fail_all(ErrorClass error, std::string_view why, ResponseSink& sink) {
  phase_ = Phase::over;
  for (const auto& [key, request_id] : std::exchange(in_flight_, {})) sink.on_failure(request_id, error, why);
}

void WebSocketExchange::end_of_stream(ResponseSink& sink) {
  fail_all(ErrorClass::early_close,
           phase_ == Phase::open ? "the server closed the connection without a close frame"
                                 : "the server closed the connection during the WebSocket handshake",
           sink);
}

void WebSocketExchange::broken(ErrorClass error, std::string_view why, ResponseSink& sink) {
  fail_all(error, why, sink);
}

/// Without a match a late answer would be taken for that of the next request.
ConnectionReuse WebSocketExchange::abandon(RequestId request_id) {
  const auto request = std::ranges::find(in_flight_, request_id, &InFlight::value_type::second);
  if (request != in_flight_.end()) in_flight_.erase(request);
  const bool hangs = phase_ == Phase::upgrading && in_flight_.empty();
  return !call().match || hangs ? ConnectionReuse::close : reuse();
}

ConnectionReuse WebSocketExchange::reuse() const {
  const bool was_only = settings_.keep_alive == KeepAlive::off && started_any_ && in_flight_.empty();
  return phase_ == Phase::over || was_only ? ConnectionReuse::close : ConnectionReuse::keep;
}

/// A close frame, unless that would come in the middle of another frame.
std::string_view WebSocketExchange::farewell() {
  if (!output().empty()) return {};
  if (phase_ == Phase::open && farewell_.empty())
    append_close_frame(farewell_, CloseCode::normal, next_mask());
  return farewell_;
}

MessageCounts WebSocketExchange::take_message_counts() {
  return std::exchange(counts_, {});
}

}  // namespace iter8::load
