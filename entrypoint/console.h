#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

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

/// Writes lines of the log and, on a terminal, live lines below them that are redrawn in place.
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

  /// From here on, lines belong to a section of a CI system's log. `mark`, which opens it, is written as it
  /// is before the first of them, so that no section is empty.
  void begin_section(std::string_view mark);
  /// Whether the section that was begun has a line.
  bool has_section();
  /// Ends the section: with `mark`, if it was opened.
  void end_section(std::string_view mark);

  /// Replaces the live lines, each cut to the width of the terminal, and no more of them than a small
  /// terminal has. Does nothing without a cursor.
  void set_live(const std::vector<std::string>& lines);
  void clear_live();
  /// The same, unless another thread is writing at this moment and might never return: for a process about to
  /// end.
  void abandon_live();

  const Terminal& terminal() const { return terminal_; }

 private:
  void write(std::string_view bytes) const;
  std::string erasure() const;
  void erase_live();

  int descriptor_;
  Terminal terminal_;
  std::mutex mutex_;
  std::string live_;             // the live lines, with breaks between them
  std::size_t live_breaks_ = 0;  // of live_: how far the cursor is below its first line
  std::string section_mark_;     // to be written before the next line
  bool has_section_ = false;
};

}  // namespace iter8::entrypoint
