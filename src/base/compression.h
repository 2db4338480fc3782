#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace iter8::base {

/// `bytes` in the zlib format (RFC 1950).
std::string compress(std::string_view bytes);

/// `bytes` in the gzip format (RFC 1952), compressed fast rather than small.
std::string gzip(std::string_view bytes);

/// The inverse of both. Throws base::Error for what is not such a stream and for more than `limit` bytes.
std::string decompress(std::string_view bytes, std::size_t limit);

/// Unpacks a stream that arrives in pieces: gzip (RFC 1952) or zlib, told apart by its first bytes. Needs
/// about 40 KiB once used; reset() keeps them.
class Inflater {
 public:
  Inflater();
  ~Inflater();
  Inflater(Inflater&&) noexcept;
  Inflater& operator=(Inflater&&) noexcept;

  /// Gets ready for the next stream.
  void reset();
  /// Unpacks `bytes` and hands the result to `take` in pieces. False when they are not such a stream.
  bool feed(std::string_view bytes, const std::function<void(std::string_view)>& take);
  /// Whether the end of the stream was reached.
  bool is_complete() const;
  /// Whether feed() was given bytes behind the end of the stream, which it skips.
  bool has_excess() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace iter8::base
