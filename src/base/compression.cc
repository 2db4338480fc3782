#include "base/compression.h"

#include <array>

#include <fmt/format.h>
#include <zlib.h>

#include "base/error.h"

namespace iter8::base {
namespace {

constexpr std::size_t kPiece = 16 * 1024;
constexpr int kGzipOrZlib =
    15 + 32;  // windowBits of inflateInit2: the largest window, the header tells which

Bytef* pointer(std::string_view bytes) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

}  // namespace

std::string compress(std::string_view bytes) {
  uLongf size = compressBound(static_cast<uLong>(bytes.size()));
  std::string result(size, '\0');
  const int code = compress2(reinterpret_cast<Bytef*>(result.data()), &size, pointer(bytes),
                             static_cast<uLong>(bytes.size()), Z_BEST_COMPRESSION);
  if (code != Z_OK) throw Error(fmt::format("cannot compress {} bytes: {}", bytes.size(), zError(code)));
  result.resize(size);
  return result;
}

std::string gzip(std::string_view bytes) {
  constexpr int kGzip = 15 + 16;  // windowBits of deflateInit2: the largest window, a gzip header
  constexpr int kMemory = 8;      // zlib's usual
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzip, kMemory, Z_DEFAULT_STRATEGY) != Z_OK)
    throw Error("cannot compress: no memory");
  std::string result(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = pointer(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  const int code = deflate(&stream, Z_FINISH);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  if (code != Z_STREAM_END) throw Error(fmt::format("cannot compress {} bytes", bytes.size()));
  return result;
}

std::string decompress(std::string_view bytes, std::size_t limit) {
  Inflater inflater;
  std::string result;
  const bool good = inflater.feed(bytes, [&](std::string_view piece) {
    if (result.size() + piece.size() > limit)
      throw Error(fmt::format("unpacks to more than {} bytes", limit));
    result += piece;
  });
  if (!good) throw Error("not a zlib stream");
  return result;
}

struct Inflater::State {
  State() { ready = inflateInit2(&stream, kGzipOrZlib) == Z_OK; }
  ~State() { inflateEnd(&stream); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  z_stream stream{};
  bool ready = false;
  bool ended = false;
  bool has_excess = false;
};

Inflater::Inflater() = default;
Inflater::~Inflater() = default;
Inflater::Inflater(Inflater&&) noexcept = default;
Inflater& Inflater::operator=(Inflater&&) noexcept = default;

void Inflater::reset() {
  if (!state_) return;
  state_->ended = state_->has_excess = false;
  inflateReset(&state_->stream);
}

bool Inflater::is_complete() const {
  return state_ && state_->ended;
}

bool Inflater::has_excess() const {
  return state_ && state_->has_excess;
}

bool Inflater::feed(std::string_view bytes, const std::function<void(std::string_view)>& take) {
  if (!state_) state_ = std::make_unique<State>();
  if (!state_->ready) return false;
  std::array<char, kPiece> room;  // NOLINT(cppcoreguidelines-pro-type-member-init): inflate fills it
  z_stream& stream = state_->stream;
  stream.next_in = pointer(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  bool more = true;
  while (more && !state_->ended) {
    stream.next_out = reinterpret_cast<Bytef*>(room.data());
    stream.avail_out = static_cast<uInt>(room.size());
    const int code = inflate(&stream, Z_NO_FLUSH);
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return false;
    const std::size_t size = room.size() - stream.avail_out;
    if (size > 0) take({room.data(), size});
    state_->ended = code == Z_STREAM_END;
    more = stream.avail_out == 0;
  }
  if (stream.avail_in > 0) state_->has_excess = true;
  return true;
}

}  // namespace iter8::base
