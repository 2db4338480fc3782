#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <nghttp2/nghttp2.h>

#include "load/answer_reader.h"

namespace iter8::load {

/// Reads the field blocks of one connection's answers: HPACK (RFC 7541) by nghttp2, the rules of RFC 9113,
/// section 8, here.
///
/// Cost: servers answer the same request with the same bytes for as long as the time that they print stays
/// the same. A block that is the same as the last one, and that left the table of the compression as it was,
/// means the same again, and is compared instead of decoded (a memcmp instead of 4 µs).
class Http2FieldReader {
 public:
  struct Head {
    int status = 0;
    std::optional<std::uint64_t> length;  // of the body
  };
  enum class Kind { head, trailers };
  enum class Outcome {
    good,
    malformed,  // problem() of this answer; the connection can go on
    broken,     // problem() of the connection: what follows cannot be decoded
  };

  /// On a fresh connection.
  void reset();
  /// Every block must be read, in the order in which they came, also those that nobody waits for. `reader`,
  /// if any, sees the fields of a final answer.
  Outcome read(std::string_view block, Kind kind, AnswerReader* reader, Head& head);
  std::string_view problem() const { return problem_; }

 private:
  struct Free {
    void operator()(nghttp2_hd_inflater* inflater) const { nghttp2_hd_inflate_del(inflater); }
  };

  void take(const nghttp2_nv& field, Kind kind, AnswerReader* reader, Head& head);
  void take_status(std::string_view value, Kind kind, Head& head);
  void take_length(std::string_view value, Head& head);
  void refuse(std::string_view problem);

  std::unique_ptr<nghttp2_hd_inflater, Free> inflater_;
  std::string known_block_;
  Head known_head_;
  std::size_t bytes_ = 0;     // of the fields of this block
  bool past_pseudo_ = false;  // a field that is not a pseudo-header was seen
  std::string_view problem_;
};

/// Writes the field blocks of one connection's requests.
///
/// Cost: a request that is always the same has, once its fields are in the table, always the same block,
/// which is kept.
class Http2FieldWriter {
 public:
  /// On a fresh connection.
  void reset();
  /// The server's table has this size, from the next block on.
  void set_table_size(std::uint32_t size);

  /// The block of these fields; valid until the next call.
  std::string_view write(std::span<const nghttp2_nv> fields);
  /// The last block, when writing the same fields again would give it again; else empty.
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

/// Whether reading this block changes the table that later blocks refer to: RFC 7541, section 6. A block that
/// is not well formed may.
bool changes_table(std::string_view block);

}  // namespace iter8::load
