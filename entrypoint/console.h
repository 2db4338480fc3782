#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "base/environment.h"
#include "base/log.h"

namespace iter8::entrypoint {

/// What standard error can do.
struct Terminal {
  bool has_cursor = false;  // a live line can be redrawn
  bool has_colors = false;
  std::size_t columns = 80;

  /// Asks the descriptor and the environment: NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, TERM=dumb, CI.
  static Terminal of(int descriptor, const base::Environment& environment);
};

/// Standard error as lines of the log with, on a terminal, one live line below them that is redrawn in place.
/// Thread-safe.
class Console {
 public:
  Console(int descriptor, const Terminal& terminal) : descriptor_(descriptor), terminal_(terminal) {}
  ~Console() { clear_live(); }
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  /// One entry of the log, of one or more lines. Warnings and errors say what they are; control characters
  /// that a server or script put into a message do not reach the terminal.
  void line(base::LogLevel level, std::string_view text);

  /// Bytes as they are, between two lines: the marks with which a CI system folds its log.
  void mark(std::string_view bytes);

  /// Replaces the live line; cut to the terminal's width. Nothing without a cursor.
  void set_live(std::string_view text);
  void clear_live();
  /// The same, unless another thread is writing just now and may never come back from it: for a process that
  /// ends.
  void abandon_live();

  const Terminal& terminal() const { return terminal_; }

 private:
  void write(std::string_view bytes) const;
  void erase_live();

  int descriptor_;
  Terminal terminal_;
  std::mutex mutex_;
  std::string live_;
};

}  // namespace iter8::entrypoint
