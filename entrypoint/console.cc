#include "entrypoint/console.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/number.h"
#include "base/text.h"
#include "base/utf8.h"

namespace iter8::entrypoint {

namespace {

constexpr long long kWidest = 10'000;          // columns
constexpr std::string_view kErase = "\x1b[J";  // to the end of the screen
constexpr std::size_t kMostLiveLines = 12;
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

/// Whether a variable switches something on: set, and neither empty nor 0.
bool is_on(const base::Environment& environment, const std::string& name) {
  const std::string value = environment.get(name).value_or("");
  return !value.empty() && value != "0";
}

std::optional<std::size_t> given_columns(const base::Environment& environment) {
  const auto number = base::parse_integer(environment.get("COLUMNS").value_or(""));
  if (!number || *number < 1 || *number > kWidest) return std::nullopt;
  return static_cast<std::size_t>(*number);
}

bool has_utf8_locale(const base::Environment& environment) {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string locale = base::lower(environment.get(name).value_or(""));
    if (!locale.empty())
      return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
  }
  return environment.has("CI");
}

}  // namespace

Terminal Terminal::of(int descriptor, const base::Environment& environment) {
  Terminal terminal;
  terminal.is_terminal = ::isatty(descriptor) == 1;
  const bool is_dumb = environment.get("TERM").value_or("") == "dumb";
  const bool is_forced = is_on(environment, "FORCE_COLOR") || is_on(environment, "CLICOLOR_FORCE");
  const bool is_wanted = terminal.is_terminal && !is_dumb && environment.get("CLICOLOR").value_or("") != "0";
  terminal.has_cursor = terminal.is_terminal && !is_dumb && !environment.has("CI");
  terminal.has_colors = environment.get("NO_COLOR").value_or("").empty() && (is_forced || is_wanted);
  terminal.has_utf8 = has_utf8_locale(environment);

  winsize size{};
  if (const auto given = given_columns(environment))
    terminal.columns = *given;
  else if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    terminal.columns = size.ws_col;
  return terminal;
}

report::TextStyle style_of(int descriptor, const base::Environment& environment) {
  const Terminal terminal = Terminal::of(descriptor, environment);
  report::TextStyle style{.charset = terminal.has_utf8 ? report::Charset::utf8 : report::Charset::ascii,
                          .colors = terminal.has_colors ? report::Colors::ansi : report::Colors::none};
  if (terminal.is_terminal || given_columns(environment)) style.columns = terminal.columns;
  return style;
}

void Console::line(base::LogLevel level, std::string_view text) {
  const Prefix prefix = prefix_of(level);
  const std::lock_guard lock(mutex_);
  std::string bytes = std::move(section_mark_);
  section_mark_.clear();
  if (!bytes.empty()) has_section_ = true;
  bytes += erasure();
  if (terminal_.has_colors && !prefix.word.empty()) {
    bytes.append(prefix.color).append(prefix.word).append(kPlain);
  } else {
    bytes += prefix.word;
  }
  bytes.append(base::log_line(text)).append("\n").append(live_);
  write(bytes);
}

void Console::begin_section(std::string_view mark) {
  const std::lock_guard lock(mutex_);
  section_mark_ = mark;
  has_section_ = false;
}

bool Console::has_section() {
  const std::lock_guard lock(mutex_);
  return has_section_;
}

void Console::end_section(std::string_view mark) {
  const std::lock_guard lock(mutex_);
  if (has_section_) write(mark);
  section_mark_.clear();
  has_section_ = false;
}

void Console::set_live(const std::vector<std::string>& lines) {
  if (!terminal_.has_cursor) return;
  const std::lock_guard lock(mutex_);
  std::string bytes = erasure();
  live_.clear();
  live_breaks_ = 0;
  for (std::size_t i = 0; i < std::min(lines.size(), kMostLiveLines); ++i) {
    if (i > 0) {
      live_ += "\n";
      ++live_breaks_;
    }
    // One column less: a full line would wrap, and the next redraw could not erase it.
    live_ += cut_to_width(lines[i], terminal_.columns - 1);
  }
  write(bytes + live_);
}

void Console::clear_live() {
  const std::lock_guard lock(mutex_);
  erase_live();
}

void Console::abandon_live() {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (lock) erase_live();
}

/// The bytes that take the cursor to the first live line and clear all of them.
std::string Console::erasure() const {
  if (live_.empty()) return {};
  std::string bytes = "\r";
  if (live_breaks_ > 0) bytes += fmt::format("\x1b[{}A", live_breaks_);
  return bytes.append(kErase);
}

void Console::erase_live() {
  if (live_.empty()) return;
  write(erasure());
  live_.clear();
  live_breaks_ = 0;
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
