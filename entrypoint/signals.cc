#include "entrypoint/signals.h"

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

namespace iter8::entrypoint {

namespace {

sigset_t stop_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGINT);
  ::sigaddset(&set, SIGTERM);
  return set;
}

/// Kills the process groups of all children, which run_process created, so that none outlives the program.
void kill_children() {
  std::error_code error;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task", error)) {
    std::ifstream children(thread.path() / "children");
    for (pid_t child = 0; children >> child;) ::kill(-child, SIGKILL);
  }
}

}  // namespace

Signals::Signals(std::function<void()> before_exit) : before_exit_(std::move(before_exit)) {
  const sigset_t set = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_ = base::Descriptor(::signalfd(-1, &set, SFD_CLOEXEC));
  ended_ = base::Descriptor(::eventfd(0, EFD_CLOEXEC));
  if (!signals_ || !ended_) throw base::Error("cannot watch for signals: " + base::errno_text(errno));
  watcher_ = std::jthread([this](const std::stop_token& ended) { watch(ended); });
}

Signals::~Signals() {
  watcher_.request_stop();
  ::eventfd_write(ended_.get(), 1);  // only a counter that is full already could refuse it
  watcher_.join();
  const sigset_t set = stop_signals();
  if (!received()) {
    struct sigaction once {};
    once.sa_handler = [](int) {};
    once.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
    ::sigaction(SIGINT, &once, nullptr);
    ::sigaction(SIGTERM, &once, nullptr);
  }
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

std::string Signals::name() const {
  if (number_ == 0) return {};
  return number_ == SIGINT ? "SIGINT" : "SIGTERM";
}

void Signals::watch(const std::stop_token& ended) {
  std::array<pollfd, 2> sources{{{signals_.get(), POLLIN, 0}, {ended_.get(), POLLIN, 0}}};
  while (!ended.stop_requested()) {
    if (::poll(sources.data(), sources.size(), -1) < 0) continue;
    signalfd_siginfo info{};
    if ((sources[0].revents & POLLIN) == 0 || ::read(signals_.get(), &info, sizeof info) < 0) continue;

    const int signal = static_cast<int>(info.ssi_signo);
    if (number_ != 0) {
      before_exit_();
      kill_children();
      ::_exit(128 + signal);
    }
    number_ = signal;
    stop_.request_stop();
  }
}

}  // namespace iter8::entrypoint
