#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <nghttp2/nghttp2.h>

#include "load/protocol/response_validator.h"

namespace iter8::load {

/// What a block of fields has to do with the table that blocks refer to: RFC 7541, section 6.
struct BlockUse {
  bool is_plain = true;   // well formed as far as this goes, and leaves the table's size alone
  bool refers = false;    // to entries that blocks before it have added
  std::size_t added = 0;  // entries

  /// Reading it once more changes nothing, and means the same if nothing else has changed.
  bool leaves_table() const { return is_plain && added == 0; }
};
BlockUse examine_block(std::string_view block);

/// Reads the field blocks of one connection's answers: HPACK (RFC 7541) by nghttp2, the rules of RFC 9113,
/// section 8, here.
///
/// Cost: servers answer the same request with the same bytes for as long as the time that they print stays
/// the same. A block that is the same as the last one, and means the same again, is compared instead of
/// decoded (a memcmp instead of 4 µs). That is so when it leaves the table as it was, and also when it adds
/// to the table without using it, as nginx does: then the table is brought up to date when another block
/// comes, at most by so many repetitions as fill it.
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
  Outcome read(std::string_view block, Kind kind, ResponseValidator* reader, Head& head);
  std::string_view problem() const { return problem_; }

 private:
  struct Free {
    void operator()(nghttp2_hd_inflater* inflater) const { nghttp2_hd_inflate_del(inflater); }
  };

  bool decode(std::string_view block, Kind kind, ResponseValidator* reader, Head& head);
  void settle();
  void take(const nghttp2_nv& field, Kind kind, ResponseValidator* reader, Head& head);
  void take_status(std::string_view value, Kind kind, Head& head);
  void take_length(std::string_view value, Head& head);
  void refuse(std::string_view problem);

  std::unique_ptr<nghttp2_hd_inflater, Free> inflater_;
  std::string known_block_;  // empty: none
  Head known_head_;
  BlockUse known_use_;
  std::size_t owed_ = 0;      // times that it was not decoded, as far as the table still lacks it
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

}  // namespace iter8::load
