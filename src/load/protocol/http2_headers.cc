#include "load/protocol/http2_headers.h"

#include <algorithm>
#include <array>

namespace iter8::load {
namespace {

/// Of one response, as for HTTP/1.1.
constexpr std::size_t kFieldsLimit = 64 * 1024;
/// RFC 7541, section 4.2: the table's size that both sides begin with.
constexpr std::size_t kTableSize = 4096;
/// RFC 7541, section 4.1: the least that an entry takes.
constexpr std::size_t kEntrySize = 32;
/// RFC 7541, appendix A: indices up to here are the same for everybody.
constexpr std::size_t kStaticEntries = 61;

std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

bool is_decimal_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Fields of HTTP/1.1 that HTTP/2 has no place for: RFC 9113, section 8.2.2.
bool belongs_to_connection(std::string_view name) {
  constexpr std::array<std::string_view, 5> kNames = {"connection", "keep-alive", "proxy-connection",
                                                      "transfer-encoding", "upgrade"};
  return std::ranges::find(kNames, name) != kNames.end();
}

/// Takes an integer whose first byte has this many bits for it off `block`: RFC 7541, section 5.1. False when
/// it is cut or larger than any block.
bool read_integer(std::string_view& block, unsigned bits, std::size_t& number) {
  if (block.empty()) return false;
  const unsigned mask = (1U << bits) - 1;
  number = static_cast<unsigned char>(block.front()) & mask;
  block.remove_prefix(1);
  if (number < mask) return true;
  for (unsigned shift = 0; shift <= 28 && !block.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(block.front());
    block.remove_prefix(1);
    number += std::size_t{byte & 0x7fU} << shift;
    if ((byte & 0x80U) == 0) return true;
  }
  return false;
}

bool skip_text(std::string_view& block) {
  std::size_t size = 0;
  if (!read_integer(block, 7, size) || size > block.size()) return false;
  block.remove_prefix(size);
  return true;
}

}  // namespace

BlockUse examine_block(std::string_view block) {
  BlockUse use;
  while (use.is_plain && !block.empty()) {
    const auto first = static_cast<unsigned char>(block.front());
    const bool is_index = (first & 0x80U) != 0;
    const bool adds = !is_index && (first & 0x40U) != 0;
    const bool resizes = !is_index && !adds && (first & 0x20U) != 0;
    std::size_t index = 0;
    use.is_plain = !resizes && read_integer(block, is_index ? 7 : adds ? 6 : 4, index);
    use.refers = use.refers || index > kStaticEntries;
    use.added += adds ? 1 : 0;
    if (!use.is_plain || is_index) continue;
    use.is_plain = (index > 0 || skip_text(block)) && skip_text(block);
  }
  return use;
}

void Http2FieldReader::reset() {
  nghttp2_hd_inflater* inflater = nullptr;
  nghttp2_hd_inflate_new(&inflater);
  inflater_.reset(inflater);
  cached_block_.clear();
  cached_trailers_.clear();
  skipped_ = 0;
}

Http2FieldReader::Outcome Http2FieldReader::read(std::string_view block, Kind kind,
                                                 ResponseValidator* validator, Head& head) {
  const bool validates = validator != nullptr && validator->wants_fields();
  if (kind == Kind::head && !validates && !cached_block_.empty() && block == cached_block_) [[likely]] {
    head = cached_head_;
    // So many entries fill the table: further repetitions leave it as it is.
    if (cached_use_.added > 0 && skipped_ <= kTableSize / (cached_use_.added * kEntrySize)) ++skipped_;
    return Outcome::good;
  }
  if (kind == Kind::trailers && !cached_trailers_.empty() && block == cached_trailers_) return Outcome::good;
  catch_up();
  const BlockUse use = examine_block(block);
  forget_outdated(use, kind);
  if (!decode(block, kind, validates ? validator : nullptr, head)) return Outcome::broken;
  if (kind == Kind::head && head.status == 0) fail("the response has no status");
  if (!problem_.empty()) return Outcome::malformed;
  remember(block, use, kind, head);
  return Outcome::good;
}

/// What is cached and refers to the table is another thing once the table has changed; and what a block says
/// about a call is known of the last one only.
void Http2FieldReader::forget_outdated(const BlockUse& use, Kind kind) {
  if (cached_use_.refers && !use.leaves_table()) cached_block_.clear();
  if (!reads_grpc_) return;
  if (trailers_refer_ && !use.leaves_table()) cached_trailers_.clear();
  (kind == Kind::head ? cached_block_ : cached_trailers_).clear();
  (kind == Kind::head ? grpc_head_ : grpc_trailers_) = GrpcFields{};
  grpc_message_.clear();
}

void Http2FieldReader::remember(std::string_view block, const BlockUse& use, Kind kind, const Head& head) {
  if (kind == Kind::head) {
    // An error without a body has its status, and perhaps a message, here.
    if (!use.is_plain || (use.added > 0 && use.refers) || grpc_head_.status) return;
    cached_block_ = block;
    cached_head_ = head;
    cached_use_ = use;
    if (use.added > 0 && trailers_refer_) cached_trailers_.clear();
    return;
  }
  const bool changes_meanwhile = use.refers && !cached_block_.empty() && cached_use_.added > 0;
  if (!reads_grpc_ || !use.leaves_table() || changes_meanwhile || !grpc_message_.empty()) return;
  cached_trailers_ = block;
  trailers_refer_ = use.refers;
}

void Http2FieldReader::catch_up() {
  for (Head ignored; skipped_ > 0; --skipped_) decode(cached_block_, Kind::head, nullptr, ignored);
}

bool Http2FieldReader::decode(std::string_view block, Kind kind, ResponseValidator* validator, Head& head) {
  problem_ = {};
  bytes_ = 0;
  past_pseudo_ = false;
  int flags = 0;
  while ((flags & NGHTTP2_HD_INFLATE_FINAL) == 0) {
    nghttp2_nv field{};
    flags = 0;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(block.data());
    const ssize_t count = nghttp2_hd_inflate_hd2(inflater_.get(), &field, &flags, bytes, block.size(), 1);
    if (count < 0) {
      problem_ = "the fields cannot be decompressed";
      return false;
    }
    block.remove_prefix(static_cast<std::size_t>(count));
    // After a problem the rest is decoded for the table's sake.
    if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0 && problem_.empty()) read_field(field, kind, validator, head);
  }
  nghttp2_hd_inflate_end_headers(inflater_.get());
  return true;
}

void Http2FieldReader::read_field(const nghttp2_nv& field, Kind kind, ResponseValidator* validator,
                                  Head& head) {
  const std::string_view name = text_of(field.name, field.namelen);
  const std::string_view value = text_of(field.value, field.valuelen);
  bytes_ += name.size() + value.size();
  if (bytes_ > kFieldsLimit) return fail("the fields are longer than 64 KiB");
  if (name == ":status") return read_status(value, kind, head);
  past_pseudo_ = true;
  // Does not let the colon of an unknown pseudo-header field through, nor capitals.
  if (nghttp2_check_header_name(field.name, field.namelen) == 0 || name.starts_with(':'))
    return fail("a field has a bad name");
  if (nghttp2_check_header_value_rfc9113(field.value, field.valuelen) == 0)
    return fail("a field's value holds a control character or begins or ends with a space");
  if (belongs_to_connection(name)) return fail("a field belongs to connections of HTTP/1.1");
  if (reads_grpc_) note_grpc(name, value, kind);
  if (kind == Kind::trailers) return;
  if (name == "content-length") read_length(value, head);
  if (name == "content-encoding") head.is_encoded = value != "identity";
  if (validator != nullptr && head.status >= 200) validator->field(name, value);
}

void Http2FieldReader::note_grpc(std::string_view name, std::string_view value, Kind kind) {
  (kind == Kind::head ? grpc_head_ : grpc_trailers_).note(name, value);
  if (name == "grpc-message") grpc_message_ = value;
}

void Http2FieldReader::read_status(std::string_view value, Kind kind, Head& head) {
  if (kind == Kind::trailers || past_pseudo_ || head.status != 0)
    return fail("the status is not where it belongs");
  const bool is_valid = value.size() == 3 && value[0] >= '1' && value[0] <= '9' &&
                        is_decimal_digit(value[1]) && is_decimal_digit(value[2]);
  if (!is_valid) return fail("the status is not a number of three digits");
  head.status = (value[0] - '0') * 100 + (value[1] - '0') * 10 + (value[2] - '0');
}

void Http2FieldReader::read_length(std::string_view value, Head& head) {
  constexpr std::size_t kMaxDigits = 18;
  if (value.empty() || value.size() > kMaxDigits || !std::ranges::all_of(value, is_decimal_digit))
    return fail("Content-Length is not a number");
  std::uint64_t length = 0;
  for (const char c : value) length = length * 10 + static_cast<std::uint64_t>(c - '0');
  if (head.length && *head.length != length) return fail("two different Content-Lengths");
  head.length = length;
}

void Http2FieldReader::fail(std::string_view problem) {
  if (problem_.empty()) problem_ = problem;
}

void Http2FieldWriter::reset() {
  nghttp2_hd_deflater* deflater = nullptr;
  nghttp2_hd_deflate_new(&deflater, kTableSize);
  deflater_.reset(deflater);
  is_repeatable_ = false;
}

void Http2FieldWriter::set_table_size(std::uint32_t size) {
  nghttp2_hd_deflate_change_table_size(deflater_.get(), size);
  is_repeatable_ = false;
}

std::string_view Http2FieldWriter::write(std::span<const nghttp2_nv> fields) {
  block_.resize(nghttp2_hd_deflate_bound(deflater_.get(), fields.data(), fields.size()));
  const ssize_t size = nghttp2_hd_deflate_hd(deflater_.get(), reinterpret_cast<std::uint8_t*>(block_.data()),
                                             block_.size(), fields.data(), fields.size());
  block_.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));  // fails without memory only
  is_repeatable_ = examine_block(block_).leaves_table();
  return block_;
}

}  // namespace iter8::load
