#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace iter8::load {

/// Splits bytes that arrive in pieces of any size into lines, as newline-delimited JSON has them. Empty lines
/// are left out. Pure; used by one thread.
class LineSplitter {
 public:
  /// A line of more than `limit` bytes is too large.
  void start(std::size_t limit);

  /// Takes bytes off the front up to the end of a line that is not empty and returns that; nothing when its
  /// end has not arrived or it is too large. Valid until the next call.
  std::optional<std::string_view> next(std::string_view& bytes);
  /// What stands behind the last end of a line, once the bytes have ended; nothing when that is empty.
  std::optional<std::string_view> last() const;

  /// Nothing is returned any more.
  bool is_too_large() const { return is_too_large_; }

 private:
  std::size_t limit_ = 0;
  bool is_too_large_ = false;
  bool is_cut_over_ = false;  // cut_ holds a line that was returned
  std::string cut_;           // the start of a line whose end has not arrived yet
};

}  // namespace iter8::load
