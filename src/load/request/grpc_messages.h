#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "load/data_rows.h"
#include "load/grpc_call.h"
#include "load/request/request_template.h"

namespace iter8::load {

enum class GrpcCompression { off, gzip };

/// Appends a message as it is sent: a byte that says whether it is compressed, its length in four bytes, and
/// itself.
void append_grpc_message(std::string& out, std::string_view message, GrpcCompression compression);

/// The message that `bytes` begin with, as append_grpc_message() wrote it.
struct FramedMessage {
  std::size_t framed = 0;  // bytes with what stands before it
  std::size_t size = 0;    // without that and compression
};
/// Nothing when `bytes` hold a part of it only.
std::optional<FramedMessage> first_framed_message(std::string_view bytes);

/// The messages that the calls to one target send, prepared once; immutable and shared by all workers.
class GrpcMessages {
 public:
  /// Throws base::Error for a placeholder of a column that `rows` (may be null; outlives this) does not have.
  GrpcMessages(const GrpcCall& call, const Rows* rows);

  const GrpcCall& call() const { return call_; }
  /// How many messages a call sends; as many as it has time for where kUnlimited.
  std::int64_t count_of_call() const;
  static constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max();
  /// What every call sends, in one piece; empty where calls differ, or send their messages bit by bit.
  const std::string& fixed_body() const { return fixed_body_; }
  /// Whether calls need a Draw of their own.
  bool differ() const { return fixed_body_.empty() && count_of_call() > 0; }

  /// Appends message number `place` of the call, ready to be sent. Throws what the encoder throws.
  void append_to(std::string& out, std::int64_t place, const Draw& draw) const;

 private:
  std::size_t index_of(std::int64_t place, const Draw& draw) const;

  GrpcCall call_;  // without its messages
  GrpcCompression compression_ = GrpcCompression::off;
  std::vector<std::string> framed_;     // where there is no encoder
  std::vector<RequestTemplate> texts_;  // for the encoder
  std::string fixed_body_;
};

}  // namespace iter8::load
