#include "tasks/run/live_output.h"

#include <fmt/format.h>

#include "base/text.h"

namespace iter8::tasks::run {

namespace {

/// Where a text can be cut so that everything before it can be masked for itself: behind a line break, at
/// least `reach` bytes before the end, and not within a secret. 0 where there is no such place.
std::size_t safe_cut(const std::string& text, std::size_t reach, const base::Secrets& secrets) {
  if (text.size() <= reach) return 0;
  const std::string masked = secrets.mask(text);
  for (std::size_t end = text.size() - reach; end > 0;) {
    const std::size_t line_break = text.rfind('\n', end - 1);
    if (line_break == std::string::npos) return 0;
    const std::string_view before(text.data(), line_break + 1);
    const std::string_view behind = std::string_view(text).substr(before.size());
    if (secrets.mask(before) + secrets.mask(behind) == masked) return before.size();
    end = line_break;
  }
  return 0;
}

}  // namespace

void LiveOutput::add(base::OutputStream stream, std::string_view piece) {
  std::string& held = held_[static_cast<std::size_t>(stream)];
  if (lines_ > kMostLines) {  // nothing of it is shown: only counted
    for (const char letter : piece) lines_ += letter == '\n' ? 1 : 0;
    return;
  }
  held.append(piece);
  show_ready(held);
}

void LiveOutput::finish() {
  for (std::string& held : held_) {
    show_lines(secrets_.mask(held));
    held.clear();
  }
  if (lines_ > kMostLines) show_(fmt::format("({} more lines are not shown)", lines_ - kMostLines));
}

void LiveOutput::show_ready(std::string& held) {
  const std::size_t cut = safe_cut(held, secrets_.reach(), secrets_);
  if (cut > 0) {
    show_lines(secrets_.mask(std::string_view(held).substr(0, cut)));
    held.erase(0, cut);
  }
  if (held.size() <= kLongestHeld) return;
  // A line without end is not text. All of it is dropped: its beginning could be the end of a secret.
  held.clear();
  show_lines("(a line that is too long)");
}

void LiveOutput::show_lines(std::string_view text) {
  for (const std::string& line : base::split(text, '\n')) {
    if (base::trim(line).empty()) continue;
    if (++lines_ <= kMostLines) show_(base::printable(line, kLongestLine));
  }
}

}  // namespace iter8::tasks::run
