#include "entrypoint/console.h"

#include <cerrno>
#include <vector>

#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"
#include "base/utf8.h"

namespace iter8::entrypoint {

namespace {

constexpr std::string_view kErase = "\r\x1b[K";
constexpr std::string_view kPlain = "\x1b[0m";

/// The word before the text of a log entry, and its colour.
struct Prefix {
  std::string_view word;
  std::string_view color;
};

Prefix prefix_of(base::LogLevel level) {
  switch (level) {
    case base::LogLevel::warning:
      return {"warning: ", "\x1b[33m"};
    case base::LogLevel::error:
      return {"error: ", "\x1b[31m"};
    case base::LogLevel::debug:
      return {"debug: ", "\x1b[2m"};
    case base::LogLevel::trace:
      return {"trace: ", "\x1b[2m"};
    case base::LogLevel::info:
      break;
  }
  return {};
}

/// The first `columns` characters; continuation bytes of UTF-8 have no width.
std::string_view cut_to_width(std::string_view text, std::size_t columns) {
  std::size_t used = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (base::begins_character(text[i]) && ++used > columns) return text.substr(0, i);
  }
  return text;
}

}  // namespace

Terminal Terminal::of(int descriptor, const base::Environment& environment) {
  Terminal terminal;
  const bool is_terminal = ::isatty(descriptor) == 1;
  const bool is_dumb = environment.get("TERM").value_or("") == "dumb";
  const bool is_forced = environment.has("FORCE_COLOR") || environment.has("CLICOLOR_FORCE");
  terminal.has_cursor = is_terminal && !is_dumb && !environment.has("CI");
  terminal.has_colors = !environment.has("NO_COLOR") && (is_forced || (is_terminal && !is_dumb));

  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) terminal.columns = size.ws_col;
  return terminal;
}

void Console::line(base::LogLevel level, std::string_view text) {
  const Prefix prefix = prefix_of(level);
  std::string bytes;
  const std::lock_guard lock(mutex_);
  if (!live_.empty()) bytes += kErase;
  if (terminal_.has_colors && !prefix.word.empty()) {
    bytes.append(prefix.color).append(prefix.word).append(kPlain);
  } else {
    bytes += prefix.word;
  }
  bytes.append(base::log_line(text)).append("\n").append(live_);
  write(bytes);
}

void Console::mark(std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  write(bytes);
}

void Console::set_live(std::string_view text) {
  if (!terminal_.has_cursor) return;
  const std::lock_guard lock(mutex_);
  // One column less: a full line would wrap, and the next redraw could not erase it.
  live_ = cut_to_width(text, terminal_.columns - 1);
  write(std::string(kErase) + live_);
}

void Console::clear_live() {
  const std::lock_guard lock(mutex_);
  erase_live();
}

void Console::abandon_live() {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (lock) erase_live();
}

void Console::erase_live() {
  if (live_.empty()) return;
  live_.clear();
  write(kErase);
}

/// Ignores errors: a closed or full standard error must not end a run.
void Console::write(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace iter8::entrypoint
