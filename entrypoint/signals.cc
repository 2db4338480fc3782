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
#include "entrypoint/stop_signals.h"

namespace iter8::entrypoint {

namespace {

/// Kills the process groups of all children, which run_process created, so that none outlives the program.
/// Those with a session of their own are there to clean up after this process.
void kill_children() {
  std::error_code error;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task", error)) {
    std::ifstream children(thread.path() / "children");
    for (pid_t child = 0; children >> child;)
      if (::getsid(child) == ::getsid(0)) ::kill(-child, SIGKILL);
  }
}

}  // namespace

Signals::Signals(Worker* worker, std::function<void()> before_exit)
    : worker_(worker), before_exit_(std::move(before_exit)) {
  const sigset_t set = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_ = base::Descriptor(::signalfd(-1, &set, SFD_CLOEXEC));
  ended_ = base::Descriptor(::eventfd(0, EFD_CLOEXEC));
  if (!signals_ || !ended_) throw base::Error("cannot watch for signals: " + base::errno_text(errno));
  if (worker_ != nullptr) worker_->note(WorkerState::Hearing::listens);
  watcher_ = std::jthread([this](const std::stop_token& ended) { watch(ended); });
}

Signals::~Signals() {
  watcher_.request_stop();
  ::eventfd_write(ended_.get(), 1);  // only a counter that is full already could refuse it
  watcher_.join();
  if (worker_ != nullptr) {
    worker_->note(WorkerState::Hearing::no_longer);
    return;
  }

  const sigset_t set = stop_signals();
  struct sigaction once {};
  once.sa_handler = [](int) {};
  once.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
  for (int signal = 1; signal < SIGRTMIN && !received(); ++signal)
    if (::sigismember(&set, signal) == 1) ::sigaction(signal, &once, nullptr);
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

std::string Signals::name() const {
  return received() ? signal_name(number_) : "";
}

void Signals::watch(const std::stop_token& ended) {
  while (!ended.stop_requested()) {
    const int orders = worker_ != nullptr ? worker_->orders() : -1;
    std::array<pollfd, 3> sources{
        {{signals_.get(), POLLIN, 0}, {orders, POLLIN, 0}, {ended_.get(), POLLIN, 0}}};
    if (::poll(sources.data(), sources.size(), -1) < 0) continue;
    if (sources[0].revents != 0) take_signal();
    if (sources[1].revents != 0) take_order();
  }
}

void Signals::take_signal() {
  signalfd_siginfo info{};
  if (::read(signals_.get(), &info, sizeof info) != sizeof info) return;
  const int signal = static_cast<int>(info.ssi_signo);
  if (worker_ == nullptr) return count(signal);
  ++copies_;
  stop(signal);
}

void Signals::take_order() {
  unsigned char number = 0;
  const ssize_t bytes = ::read(worker_->orders(), &number, 1);
  if (bytes > 0) return count(number);
  if (bytes < 0) return;
  worker_ = nullptr;
  stop(SIGKILL);
}

/// Whether it belongs to the signal before it: timeout(1) sends one to the process that it started and then
/// one to its group, of which the worker alone sees that it is one.
bool Signals::is_echo(int signal) const {
  constexpr auto kAtOnce = std::chrono::milliseconds(100);
  return counted_ == 1 && copies_ == 1 && signal == number_ &&
         std::chrono::steady_clock::now() - first_time_ < kAtOnce;
}

void Signals::count(int signal) {
  if (is_echo(signal)) return;
  if (++counted_ > 1) end(signal);
  first_time_ = std::chrono::steady_clock::now();
  stop(signal);
}

void Signals::stop(int signal) {
  if (received()) return;
  number_ = signal;
  stop_.request_stop();
}

void Signals::end(int signal) {
  if (worker_ != nullptr) worker_->note(WorkerState::Run::ended);  // it is what was asked for, and no crash
  before_exit_();
  kill_children();
  ::_exit(128 + signal);
}

}  // namespace iter8::entrypoint
