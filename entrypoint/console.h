#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "base/environment.h"
#include "base/log.h"
#include "report/text_style.h"

namespace iter8::entrypoint {

/// What the terminal behind a descriptor can do.
struct Terminal {
  bool is_terminal = false;
  bool has_cursor = false;  // a live line can be redrawn
  bool has_colors = false;
  bool has_utf8 = true;
  std::size_t columns = 80;  // of a pipe or file only what COLUMNS says

  /// Detects it from the descriptor and the environment: NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE and CLICOLOR,
  /// TERM=dumb, CI, COLUMNS, and the locale (LC_ALL, LC_CTYPE, LANG). A CI job without a locale has UTF-8.
  static Terminal of(int descriptor, const base::Environment& environment);
};

/// How texts for people are written to a descriptor. In a pipe or file they have no limit of width unless
/// COLUMNS gives one.
report::TextStyle style_of(int descriptor, const base::Environment& environment);

/// Writes lines of the log and, on a terminal, one live line below them that is redrawn in place.
/// Thread-safe.
class Console {
 public:
  Console(int descriptor, const Terminal& terminal) : descriptor_(descriptor), terminal_(terminal) {}
  ~Console() { clear_live(); }
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  /// Writes one entry of the log, which may have several lines, with its level in front unless it is
  /// information. Control characters that a server or script put into a message do not reach the terminal.
  void line(base::LogLevel level, std::string_view text);

  /// Writes bytes as they are, between two lines: the marks by which a CI system folds its log.
  void mark(std::string_view bytes);

  /// Replaces the live line, cut to the width of the terminal. Does nothing without a cursor.
  void set_live(std::string_view text);
  void clear_live();
  /// The same, unless another thread is writing at this moment and might never return: for a process about to
  /// end.
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
