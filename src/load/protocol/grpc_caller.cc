#include "load/protocol/grpc_caller.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "base/text.h"
#include "load/request/grpc_messages.h"

namespace iter8::load {
namespace {

constexpr std::size_t kBytesInWrite = std::size_t{64} * 1024;
/// Of grpc-timeout: its digits are at most eight, so it is given in milliseconds up to a day.
constexpr base::Duration kUnit = std::chrono::milliseconds(1);
constexpr base::Duration kRounding = std::chrono::milliseconds(50);
constexpr std::int64_t kMostMilliseconds = 99'999'999;
constexpr std::size_t kLongestMessage = 1000;  // of a status, for reports

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// A % that two hexadecimal digits do not follow stands for itself.
std::string percent_decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_escape =
        text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    if (!is_escape) {
      result += text[i];
      continue;
    }
    result += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
    i += 2;
  }
  return result;
}

GrpcEncoding encoding_of(std::string_view value) {
  if (value == "identity") return GrpcEncoding::identity;
  if (value == "gzip") return GrpcEncoding::gzip;
  if (value == "deflate") return GrpcEncoding::deflate;
  return GrpcEncoding::unknown;
}

/// Of a response that has to be one message.
std::string count_problem(std::int64_t received) {
  return fmt::format("a response of {} messages, expected one", received);
}

/// application/grpc, alone or with a format of messages (+proto) or a parameter; grpc-web is another
/// protocol.
bool is_grpc_type(std::string_view value) {
  constexpr std::string_view kType = "application/grpc";
  if (base::lower(value.substr(0, kType.size())) != kType) return false;
  const std::string_view rest = value.substr(kType.size());
  return rest.empty() || rest.front() == '+' || rest.front() == ';' || rest.front() == ' ';
}

/// The value as a whole or not at all: part of a secret would not be recognised as one.
std::string odd_status_of(std::string_view value) {
  constexpr std::size_t kLongest = 20;
  if (value.size() > kLongest) return fmt::format("a text of {} bytes", value.size());
  return fmt::format("'{}'", base::printable(value));
}

}  // namespace

void GrpcFields::note(std::string_view name, std::string_view value) {
  if (name == "grpc-status") {
    status = grpc_status_of(value);
    const bool is_odd = *status == GrpcStatus::unknown && value != "2";
    odd_status = is_odd ? odd_status_of(value) : std::string();
  }
  if (name == "grpc-encoding") encoding = encoding_of(value);
  if (name == "content-type") is_grpc = is_grpc_type(value);
}

GrpcCaller::GrpcCaller(const Requests& requests)
    : messages_(requests.grpc.get()), call_(&requests.grpc->call()) {}

void GrpcCaller::open() {
  ping_at_.reset();
  answer_until_.reset();
  timeout_above_ = timeout_up_to_ = {};
}

void GrpcCaller::set_time(base::MonotonicTime now, base::MonotonicTime deadline) {
  now_ = now;
  deadline_ = deadline;
  if (call_->keepalive && !ping_at_) ping_at_ = now + *call_->keepalive;
}

void GrpcCaller::start(GrpcCallState& call, RequestBuilder* builder) {
  round_timeout(call);
  call.count = messages_->count_of_call();
  call.queued = 0;
  call.counted = 0;
  call.received = 0;
  call.problem.clear();
  call.fields = {};
  call.message.clear();
  call.next_at = base::MonotonicTime::max();
  call.ends_at = call_->stream_duration && !call_->is_unary() ? now_ + *call_->stream_duration
                                                              : base::MonotonicTime::max();
  call.reader.begin(call_->message_limit,
                    call_->observer ? GrpcMessageReader::Contents::keep : GrpcMessageReader::Contents::skip);
  if (builder == nullptr) return;
  builder->note_time(std::chrono::system_clock::now());
  call.draw = builder->draw();
}

void GrpcCaller::round_timeout(const GrpcCallState& call) {
  const base::Duration left = std::max(call.deadline - now_, kUnit);
  timeout_changed_ = left <= timeout_above_ || left > timeout_up_to_;
  if (!timeout_changed_) [[likely]]
    return;
  // Late calls are rounded in larger steps than their lateness usually is.
  const base::Duration step = left > 4 * kRounding ? kRounding : kUnit;
  timeout_up_to_ = (left + step - base::Duration{1}) / step * step;
  timeout_above_ = std::max(timeout_up_to_ - step, step == kUnit ? base::Duration{0} : 4 * kRounding);
  timeout_ = fmt::format("{}m", std::min<std::int64_t>(timeout_up_to_ / kUnit, kMostMilliseconds));
}

void GrpcCaller::append_messages(GrpcCallState& call, RequestBuilder* builder, std::string& body) {
  const std::size_t before = body.size();
  call.counted = 0;
  do {
    if (call_->dynamic_messages && call.queued > 0 && builder != nullptr) {
      builder->redraw(std::chrono::system_clock::now());
      call.draw.uuid = builder->draw().uuid;
      call.draw.time = builder->draw().time;
    }
    messages_->append_to(body, call.queued, call.draw);
    ++call.queued;
  } while (!sends_at_intervals() && sends_more(call) && body.size() - before < kBytesInWrite);
  if (!sends_at_intervals()) return;
  // Counted from the time at which this one was to be sent, so that delays do not add up.
  const bool is_first = call.next_at == base::MonotonicTime::max();
  call.next_at = (is_first ? now_ : call.next_at) + call_->stream_interval;
  if (!sends_more(call)) call.next_at = base::MonotonicTime::max();
}

void GrpcCaller::note_sent(GrpcCallState& call, std::string_view body) {
  while (const auto message = first_framed_message(body.substr(call.counted))) {
    call.counted += message->framed;
    ++counts_.sent;
    counts_.bytes_sent += static_cast<std::int64_t>(message->size);
  }
}

void GrpcCaller::take_fields(GrpcCallState& call, const GrpcFields& fields, std::string_view message) {
  if (!fields.status) {
    call.fields = fields;
    call.reader.set_encoding(fields.encoding);
    return;
  }
  call.fields.status = fields.status;
  call.fields.odd_status = fields.odd_status;
  if (fields.is_grpc) call.fields.is_grpc = true;
  if (*fields.status != GrpcStatus::ok) call.message = percent_decoded(message.substr(0, kLongestMessage));
}

GrpcCaller::Progress GrpcCaller::receive(GrpcCallState& call, std::string_view bytes) {
  while (const std::optional<GrpcMessage> message = call.reader.next(bytes)) {
    ++call.received;
    ++counts_.received;
    counts_.bytes_received += static_cast<std::int64_t>(message->size);
    if (!call_->server_streams && call.received > 1) {
      call.problem = count_problem(call.received);
      return Progress::failed;
    }
    if (call_->server_streams) new_messages_.push_back(message->size);
    if (call_->observer) call_->observer(message->bytes);
    const bool limits_received = call_->server_streams && !call_->client_streams && call_->stream_count;
    if (limits_received && call.received >= *call_->stream_count) return Progress::enough;
  }
  if (call.reader.problem().empty()) return Progress::waits;
  call.problem = call.reader.problem();
  return Progress::failed;
}

GrpcCaller::End GrpcCaller::end_of(const GrpcCallState& call, int http_status) const {
  const auto malformed = [](std::string why) {
    return End{
        .status = GrpcStatus::unknown, .error = ErrorClass::malformed, .why = "gRPC: " + std::move(why)};
  };
  constexpr const char* kNotGrpc = "the response is not gRPC by its Content-Type";
  if (!call.fields.status) {
    constexpr int kOk = 200;
    if (http_status != kOk) {
      const GrpcStatus status = grpc_status_of_http(http_status);
      return {.status = status,
              .error = {},
              .why = fmt::format("{}: the response has HTTP status {} and no grpc-status", to_text(status),
                                 http_status)};
    }
    return malformed(call.fields.is_grpc ? "the response ends without grpc-status" : kNotGrpc);
  }
  const GrpcStatus status = *call.fields.status;
  if (status != GrpcStatus::ok) {
    std::string why(to_text(status));
    if (!call.fields.odd_status.empty()) why += ": grpc-status is " + call.fields.odd_status;
    if (!call.message.empty()) why += ": " + call.message;
    return {.status = status, .error = {}, .why = std::move(why)};
  }
  if (!call.fields.is_grpc) return malformed(kNotGrpc);
  if (!call.reader.is_between_messages()) return malformed("the response ends within a message");
  if (!call_->server_streams && call.received != 1) return malformed(count_problem(call.received));
  return {};
}

std::optional<base::MonotonicTime> GrpcCaller::next_ping() const {
  return answer_until_ ? answer_until_ : ping_at_;
}

GrpcCaller::Life GrpcCaller::check_life() {
  if (answer_until_) return now_ >= *answer_until_ ? Life::gone : Life::fine;
  if (!ping_at_ || now_ < *ping_at_) return Life::fine;
  ping_at_ = now_ + *call_->keepalive;
  answer_until_ = now_ + call_->keepalive_timeout;
  return Life::ask;
}

}  // namespace iter8::load
