#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <nghttp2/nghttp2.h>

#include "load/protocol/grpc_fields.h"
#include "load/protocol/response_validator.h"

namespace iter8::load {

/// How a field block uses the dynamic table of HPACK (RFC 7541, sections 2.3.2 and 6).
struct BlockUse {
  bool is_plain = true;   // well-formed as far as examined, and does not resize the table
  bool refers = false;    // to entries that earlier blocks have added
  std::size_t added = 0;  // entries that it adds

  /// Decoding it again changes nothing, and gives the same fields if the table is the same.
  bool leaves_table() const { return is_plain && added == 0; }
};
BlockUse examine_block(std::string_view block);

/// Reads the field blocks of one connection's responses: HPACK (RFC 7541) by nghttp2, the rules of RFC 9113,
/// section 8, here.
///
/// Cost: a server responds to the same request with the same bytes as long as the date in them stays the
/// same. A block that equals the last one and gives the same fields is compared instead of decoded (a memcmp
/// instead of 4 µs). That holds when it leaves the table as it was, and also when it adds entries without
/// referring to any, as nginx does: the table is then brought up to date when a different block comes, by at
/// most as many repetitions as fill it.
class Http2FieldReader {
 public:
  struct Head {
    int status = 0;
    std::optional<std::uint64_t> length;  // Content-Length
    bool is_encoded = false;              // by a Content-Encoding other than identity
  };
  enum class Kind { head, trailers };
  enum class Outcome {
    good,
    malformed,  // problem() is of this response; the connection can go on
    broken,     // problem() is of the connection: what follows cannot be decoded
  };

  /// On a fresh connection.
  void reset();
  /// Responses are of gRPC. Then trailers are cached as well, which end every response.
  void read_grpc() { reads_grpc_ = true; }
  /// Every block must be read in the order of arrival, also those of abandoned requests: the table depends on
  /// all of them. `validator`, if not null, is given the fields of a final response.
  Outcome read(std::string_view block, Kind kind, ResponseValidator* validator, Head& head);
  std::string_view problem() const { return problem_; }
  /// What the block of this kind that was read last says about a call, and the message of its status.
  const GrpcFields& grpc_fields(Kind kind) const { return kind == Kind::head ? grpc_head_ : grpc_trailers_; }
  std::string_view grpc_message() const { return grpc_message_; }

 private:
  struct Free {
    void operator()(nghttp2_hd_inflater* inflater) const { nghttp2_hd_inflate_del(inflater); }
  };

  bool decode(std::string_view block, Kind kind, ResponseValidator* validator, Head& head);
  void catch_up();
  void forget_outdated(const BlockUse& use, Kind kind);
  void remember(std::string_view block, const BlockUse& use, Kind kind, const Head& head);
  void note_grpc(std::string_view name, std::string_view value, Kind kind);
  void read_field(const nghttp2_nv& field, Kind kind, ResponseValidator* validator, Head& head);
  void read_status(std::string_view value, Kind kind, Head& head);
  void read_length(std::string_view value, Head& head);
  void fail(std::string_view problem);

  std::unique_ptr<nghttp2_hd_inflater, Free> inflater_;
  std::string cached_block_;  // empty: none
  Head cached_head_;
  BlockUse cached_use_;
  bool reads_grpc_ = false;
  std::string cached_trailers_;  // empty: none
  bool trailers_refer_ = false;  // to entries of the table
  GrpcFields grpc_head_;
  GrpcFields grpc_trailers_;
  std::string grpc_message_;
  std::size_t skipped_ = 0;   // repetitions not decoded yet that the table still lacks
  std::size_t bytes_ = 0;     // of the fields of this block
  bool past_pseudo_ = false;  // a field that is not a pseudo-header was seen
  std::string_view problem_;
};

/// Writes the field blocks of one connection's requests.
///
/// Cost: once the fields of an unchanging request are in the table, its block is always the same and is kept.
class Http2FieldWriter {
 public:
  /// On a fresh connection.
  void reset();
  /// The server's dynamic table has this size in bytes from the next block on.
  void set_table_size(std::uint32_t size);

  /// The block of these fields; valid until the next call.
  std::string_view write(std::span<const nghttp2_nv> fields);
  /// The last block, if writing the same fields again would give the same block; else empty.
  std::string_view repeatable() const {
    return is_repeatable_ ? std::string_view(block_) : std::string_view();
  }

 private:
  struct Free {
    void operator()(nghttp2_hd_deflater* deflater) const { nghttp2_hd_deflate_del(deflater); }
  };

  std::unique_ptr<nghttp2_hd_deflater, Free> deflater_;
  std::string block_;
  bool is_repeatable_ = false;
};

}  // namespace iter8::load
