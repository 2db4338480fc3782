#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "base/process.h"
#include "base/secrets.h"

namespace iter8::tasks::run {

/// Shows the output of a script while it runs, a masked line at a time. A secret may be split over two reads,
/// or over two lines: of each stream, as much is held back as a secret can take, so that the last lines
/// come a little late, and at the latest in finish(). Of more than kMostLines lines the others are counted.
/// Used from one thread.
class LiveOutput {
 public:
  using Show = std::function<void(const std::string& line)>;  // without its break

  static constexpr std::size_t kMostLines = 2000;
  static constexpr std::size_t kLongestHeld = 256 * 1024;  // bytes; a longer line is not shown
  static constexpr std::size_t kLongestLine = 4000;

  LiveOutput(const base::Secrets& secrets, Show show) : secrets_(secrets), show_(std::move(show)) {}

  void add(base::OutputStream stream, std::string_view piece);
  /// What was held back, and how much was not shown.
  void finish();

 private:
  void show_ready(std::string& held);
  void show_lines(std::string_view text);

  const base::Secrets& secrets_;
  Show show_;
  std::array<std::string, 2> held_;  // by stream
  std::size_t lines_ = 0;
};

}  // namespace iter8::tasks::run
