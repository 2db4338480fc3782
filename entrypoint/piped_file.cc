#include "entrypoint/piped_file.h"

#include <cerrno>
#include <ostream>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "config/yaml/document.h"

namespace iter8::entrypoint {

namespace {

constexpr std::size_t kLargest = config::DocumentLimits{}.bytes;

/// How long somebody may take to write into a pipe that stands on disk.
constexpr int kPatience = 2000;  // msec

/// Never of one that a stranger's link leads to.
bool is_pipe(const std::filesystem::path& path, const experiment::TrustRules& trust) {
  std::error_code unknown;
  return experiment::is_within_reach(path, trust) && std::filesystem::is_fifo(path, unknown);
}

/// Whether somebody writes into the named pipe, which was opened without waiting for that.
bool is_written(int descriptor) {
  pollfd pipe{.fd = descriptor, .events = POLLIN, .revents = 0};
  return ::poll(&pipe, 1, kPatience) == 1;
}

void wait_when_reading(int descriptor) {
  ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) & ~O_NONBLOCK);
}

std::string read(int descriptor, const std::string& name, Process& process) {
  if (::isatty(descriptor) == 1)
    process.err << "reading the experiment from the terminal; Ctrl-D ends it" << std::endl;
  wait_when_reading(descriptor);
  try {
    std::string text = base::read_stream(descriptor, kLargest, name);
    if (base::trim(text).empty())
      throw base::UsageError(fmt::format("{}: found nothing, expected an experiment file", name));
    return text;
  } catch (const base::Error& error) {
    throw base::UsageError(error.what());
  }
}

std::string read_kept(int keep) {
  ::lseek(keep, 0, SEEK_SET);
  return base::read_stream(keep, kLargest, "the kept experiment");
}

void write_kept(int keep, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t written = ::write(keep, text.data() + at, text.size() - at);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // then a worker that takes over says that it finds nothing
    at += static_cast<std::size_t>(written);
  }
}

}  // namespace

bool is_standard_input(const std::filesystem::path& path) {
  const std::string text = path.string();
  return text == "-" || text == "/dev/stdin" || text.starts_with("/dev/fd/") ||
         text.starts_with("/proc/self/fd/");
}

std::optional<std::string> piped_text(const std::filesystem::path& path, const experiment::TrustRules& trust,
                                      Process& process) {
  const bool is_input = is_standard_input(path);
  if (!is_input && !is_pipe(path, trust)) return std::nullopt;
  const Worker* worker = process.worker;
  if (worker != nullptr && worker->crash()) return read_kept(worker->keep());

  const std::string name = is_input ? "standard input" : base::printable(path.string(), 1000);
  const base::Descriptor opened(path == "-" ? ::dup(STDIN_FILENO)
                                            : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!opened) throw base::UsageError(fmt::format("cannot read {}: {}", name, base::errno_text(errno)));
  if (!is_input && !is_written(opened.get())) return std::nullopt;
  std::string text = read(opened.get(), name, process);
  if (worker != nullptr) write_kept(worker->keep(), text);
  return text;
}

}  // namespace iter8::entrypoint
