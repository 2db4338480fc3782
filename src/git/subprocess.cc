#include "git/subprocess.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "base/duration.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory_limit.h"

namespace iter8::git {

namespace {

constexpr char kGood = '+';
constexpr char kBad = '-';

/// For objects of the other side, which libgit2 holds whole where one is a difference to another; forges
/// refuse files of a tenth of it.
constexpr std::size_t kMostMemory = std::size_t{1} << 30;
/// Of what the child says: names of branches, most of all.
constexpr std::size_t kMostText = std::size_t{64} << 20;

void write_all(int descriptor, const std::string& text) {
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t count = ::write(descriptor, text.data() + written, text.size() - written);
    if (count < 0 && errno != EINTR) return;
    if (count > 0) written += static_cast<std::size_t>(count);
  }
}

/// Never returns: what the child has of this process's threads and locks must not be used further.
[[noreturn]] void run_child(const std::function<std::string()>& work, int output) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::setpgid(0, 0);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  base::limit_memory(kMostMemory);
  std::string text;
  try {
    text = kGood + work();
  } catch (const std::exception& error) {
    text = kBad + std::string(error.what());
  }
  write_all(output, text);
  ::_exit(0);
}

/// A child process; killed at the end if it still runs.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  ~Child() {
    if (pid_ > 0) end();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Its wait status.
  int end() {
    ::kill(pid_, SIGKILL);
    return wait();
  }
  int wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    return status;
  }

 private:
  pid_t pid_;
};

/// Everything that the child says, until it closes its end. Throws when it is to be given up.
std::string read_until_closed(int output, int stopped, const std::string& what, base::Duration limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  std::string text;
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    std::array<pollfd, 2> waiting = {pollfd{output, POLLIN, 0}, pollfd{stopped, POLLIN, 0}};
    const int ready =
        ::poll(waiting.data(), waiting.size(), static_cast<int>(std::max<long>(0, left.count())));
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0)
      throw base::Error(fmt::format("cannot {}: timed out after {}", what, base::to_text(limit)));
    if (waiting[1].revents != 0) throw base::Error(fmt::format("cannot {}: stopped", what));
    std::array<char, 4096> buffer;
    const ssize_t count = ::read(output, buffer.data(), buffer.size());
    if (count == 0) return text;
    if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > kMostText)
      throw base::Error(fmt::format("cannot {}: found more than {} MiB of names", what, kMostText >> 20));
  }
}

}  // namespace

std::string run_in_subprocess(const std::function<std::string()>& work, const std::string& what,
                              base::Duration limit, const std::stop_token& stop) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw base::Error("cannot make a pipe: " + base::errno_text(errno));
  const base::Descriptor output(ends[0]);
  base::Descriptor output_of_child(ends[1]);
  const base::Descriptor stopped(::eventfd(0, EFD_CLOEXEC));
  const std::stop_callback on_stop(stop, [&stopped] { ::eventfd_write(stopped.get(), 1); });

  const pid_t pid = ::fork();
  if (pid < 0) throw base::Error("cannot start a process: " + base::errno_text(errno));
  if (pid == 0) run_child(work, output_of_child.get());
  Child child(pid);
  output_of_child = base::Descriptor();

  const std::string text = read_until_closed(output.get(), stopped.get(), what, limit);
  const int status = child.wait();
  if (text.empty())
    throw base::Error(fmt::format("cannot {}: the process for it ended by {} {}", what,
                                  WIFSIGNALED(status) ? "signal" : "exit code",
                                  WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status)));
  if (text.front() == kBad) throw base::Error(text.substr(1));
  return text.substr(1);
}

}  // namespace iter8::git
