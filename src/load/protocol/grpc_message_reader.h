#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/compression.h"

namespace iter8::load {

/// What the compressed messages of a response are compressed with (grpc-encoding). deflate is the zlib
/// format, as in HTTP.
enum class GrpcEncoding { identity, gzip, deflate, unknown };

struct GrpcMessage {
  std::size_t size = 0;    // decompressed
  std::string_view bytes;  // decompressed, where they are kept; valid until the next call
};

/// Splits the body of a gRPC response, which arrives in pieces of any size, into messages: a byte that says
/// whether the message is compressed, its length in four bytes, and itself. Unless messages are kept, nothing
/// is copied and memory does not depend on their size. One thread.
class GrpcMessageReader {
 public:
  enum class Contents { skip, keep };

  /// A new response; a message may have `limit` bytes, also when it is decompressed.
  void begin(std::size_t limit, Contents contents);
  void set_encoding(GrpcEncoding encoding) { encoding_ = encoding; }

  /// The next message, bytes off the front of `rest`; nullopt when more bytes are needed, or on a problem().
  std::optional<GrpcMessage> next(std::string_view& rest);
  /// Whether the body could end here.
  bool is_between_messages() const { return !has_prefix_ && prefix_size_ == 0; }
  /// Why no further message can be read; empty while the body is sound.
  const std::string& problem() const { return problem_; }

 private:
  static constexpr std::size_t kPrefix = 5;

  bool read_prefix(std::string_view& rest);
  bool begin_message();
  void add(std::string_view piece);
  void add_decompressed(std::string_view piece);
  std::optional<GrpcMessage> finish_message(std::string_view whole);

  std::size_t limit_ = 0;
  Contents contents_ = Contents::skip;
  GrpcEncoding encoding_ = GrpcEncoding::identity;
  unsigned char prefix_[kPrefix] = {};
  std::size_t prefix_size_ = 0;  // bytes of it that have arrived, of a message that has not begun
  bool has_prefix_ = false;
  bool is_compressed_ = false;
  std::size_t length_ = 0;  // on the wire
  std::size_t left_ = 0;    // of that
  std::size_t size_ = 0;    // so far, decompressed
  std::string kept_;
  base::Inflater inflater_;
  std::string problem_;
};

}  // namespace iter8::load
