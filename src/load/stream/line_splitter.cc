#include "load/stream/line_splitter.h"

namespace iter8::load {
namespace {

std::optional<std::string_view> filled(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  const bool is_empty = line.find_first_not_of(" \t") == std::string_view::npos;
  return is_empty ? std::nullopt : std::optional(line);
}

}  // namespace

void LineSplitter::start(std::size_t limit) {
  limit_ = limit;
  is_too_large_ = is_cut_over_ = false;
  cut_.clear();
}

std::optional<std::string_view> LineSplitter::next(std::string_view& bytes) {
  while (!is_too_large_ && !bytes.empty()) {
    if (is_cut_over_) cut_.clear();
    is_cut_over_ = false;
    const std::size_t end = bytes.find('\n');
    std::string_view line = bytes.substr(0, end);
    is_too_large_ = cut_.size() + line.size() > limit_;
    if (is_too_large_) return std::nullopt;
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    if (end == std::string_view::npos || !cut_.empty()) {
      cut_ += line;
      line = cut_;
    }
    if (end == std::string_view::npos) return std::nullopt;
    is_cut_over_ = true;
    if (const auto found = filled(line)) return found;
  }
  return std::nullopt;
}

std::optional<std::string_view> LineSplitter::last() const {
  return is_too_large_ || is_cut_over_ ? std::nullopt : filled(cut_);
}

}  // namespace iter8::load
