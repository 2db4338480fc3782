#include "entrypoint/supervisor.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <new>
#include <string>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "entrypoint/process.h"
#include "entrypoint/stop_signals.h"

namespace iter8::entrypoint {

namespace {

/// A worker that finishes what a dead one left undone may die as well. Each marks a step as begun before it
/// runs it, so this many are enough for any `finally`, and end what dies before it has begun anything.
constexpr int kMostWorkers = 20;

/// What scripts and plugins of a dead worker get to clean up, as those of one that is stopped.
constexpr auto kGrace = std::chrono::seconds(5);

void say(const std::string& text) {
  const std::string line = (::isatty(STDERR_FILENO) == 1 ? "\n" : "") + ("iter8: error: " + text) + "\n";
  static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size()));  // there is nobody to tell otherwise
}

std::string ending_of(int status) {
  if (!WIFSIGNALED(status)) return fmt::format("exited with code {}", WEXITSTATUS(status));
  const bool is_kill = WTERMSIG(status) == SIGKILL;
  return fmt::format("was ended by {}{}", signal_name(WTERMSIG(status)),
                     is_kill ? " (killed by someone, or by the kernel for want of memory)" : "");
}

/// Of two signals to a worker that writes its last lines: less apart, they are one to the process and one to
/// its group, as timeout(1) sends them.
constexpr auto kSameSignal = std::chrono::milliseconds(100);

class Supervisor {
 public:
  Supervisor(const std::function<int(Worker*)>& work, WorkerState& state) : work_(work), state_(state) {
    watched_ = stop_signals();
    ::sigaddset(&watched_, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &watched_, &mask_before_);
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // what a dead worker leaves comes here
  }

  int run();

 private:
  bool start(std::optional<experiment::Crash> crash);
  int watch();
  std::optional<int> reap();
  void pass_on(int signal);
  bool was_asked_to_end(int status) const;
  int end_by_signal() const;
  std::vector<pid_t> groups_of_children() const;
  void end_left_behind();

  const std::function<int(Worker*)>& work_;
  WorkerState& state_;
  sigset_t watched_{};
  sigset_t mask_before_{};
  pid_t worker_ = 0;
  base::Descriptor orders_;
  base::Descriptor keep_{::memfd_create("iter8-input", MFD_CLOEXEC)};
  int signals_ = 0;  // received
  int last_signal_ = 0;
  std::chrono::steady_clock::time_point signal_time_;
};

int Supervisor::run() {
  if (!start(std::nullopt)) {
    say("cannot start a process for the run: if this one dies, finally does not run");
    ::sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
    return work_(nullptr);
  }
  for (int workers = 1;; ++workers) {
    const int status = watch();
    const bool has_crashed_before = workers > 1;
    const WorkerState::Run run = state_.run;
    if (WIFEXITED(status) && run != WorkerState::Run::begun)
      return has_crashed_before ? std::max(kFailed, WEXITSTATUS(status)) : WEXITSTATUS(status);
    if (was_asked_to_end(status)) return end_by_signal();

    const std::string ending = "the process of the run " + ending_of(status);
    if (run != WorkerState::Run::begun) {
      say(ending + (run == WorkerState::Run::ended ? " after the run; its reports may be missing"
                    : has_crashed_before           ? " again; finally was not run to its end"
                                                   : " before anything was run"));
      return kFailed;
    }
    say(ending + (workers < kMostWorkers ? "; running finally" : "; giving up"));
    end_left_behind();
    const experiment::Crash crash{
        .reason = WIFSIGNALED(status) ? signal_name(WTERMSIG(status)) : "unexpected exit",
        .finally_begun = state_.finally_begun};
    if (workers == kMostWorkers || !start(crash)) return kFailed;
  }
}

/// Whether there is a worker now. In the worker itself it does not return.
bool Supervisor::start(std::optional<experiment::Crash> crash) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
  base::Descriptor orders_of_worker(ends[0]);
  orders_ = base::Descriptor(ends[1]);
  ::fcntl(orders_.get(), F_SETFL, O_NONBLOCK);
  state_.hearing = WorkerState::Hearing::not_yet;
  state_.run = WorkerState::Run::not_begun;
  worker_ = ::fork();
  if (worker_ != 0) return worker_ > 0;

  orders_.reset();
  ::sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
  Worker worker(state_, orders_of_worker.get(), keep_.get(), std::move(crash));
  std::exit(work_(&worker));
}

/// The wait status of the worker, when it has ended.
int Supervisor::watch() {
  for (;;) {
    const int signal = ::sigwaitinfo(&watched_, nullptr);
    if (signal == SIGCHLD) {
      if (const std::optional<int> status = reap()) return *status;
    } else if (signal > 0) {
      pass_on(signal);
    }
  }
}

/// Takes every child that has ended, and so also what scripts left running in the background, and as process
/// 1 everything in the container. The status of the worker if it is among them.
std::optional<int> Supervisor::reap() {
  std::optional<int> of_worker;
  int status = 0;
  for (pid_t child = 0; (child = ::waitpid(-1, &status, WNOHANG)) > 0;)
    if (child == worker_) of_worker = status;
  return of_worker;
}

/// As an order and not as a signal: a signal to the whole group, such as Ctrl-C, has reached the worker
/// already, and would count twice.
void Supervisor::pass_on(int signal) {
  const auto now = std::chrono::steady_clock::now();
  const bool is_second = signals_ > 0 && now - signal_time_ > kSameSignal;
  ++signals_;
  last_signal_ = signal;
  signal_time_ = now;
  const WorkerState::Hearing hearing = state_.hearing;
  if (hearing == WorkerState::Hearing::no_longer) {
    if (is_second) ::kill(worker_, SIGKILL);  // it is stuck writing its last lines
    return;
  }
  const char order = static_cast<char>(signal);
  static_cast<void>(!::write(orders_.get(), &order, 1));  // a full pipe holds more than the two that count
  if (hearing == WorkerState::Hearing::not_yet) ::kill(worker_, signal);
}

bool Supervisor::was_asked_to_end(int status) const {
  if (!WIFSIGNALED(status) || signals_ == 0) return false;
  return WTERMSIG(status) == last_signal_ || state_.hearing == WorkerState::Hearing::no_longer;
}

/// As the worker was; process 1 cannot, and exits with the code that shells give to that.
int Supervisor::end_by_signal() const {
  ::signal(last_signal_, SIG_DFL);
  ::raise(last_signal_);
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, last_signal_);
  ::sigprocmask(SIG_UNBLOCK, &set, nullptr);
  return 128 + last_signal_;
}

/// The processes that the worker had started, which lead groups of their own in this session. Others among
/// the children were left in the background by scripts that had ended, on purpose.
std::vector<pid_t> Supervisor::groups_of_children() const {
  std::vector<pid_t> groups;
  std::ifstream children(fmt::format("/proc/self/task/{}/children", ::getpid()));
  for (pid_t child = 0; children >> child;)
    if (::getpgid(child) == child && ::getsid(child) == ::getsid(0)) groups.push_back(child);
  return groups;
}

void Supervisor::end_left_behind() {
  const std::vector<pid_t> groups = groups_of_children();
  for (const pid_t group : groups) ::kill(-group, SIGTERM);
  sigset_t child_ended;
  ::sigemptyset(&child_ended);
  ::sigaddset(&child_ended, SIGCHLD);
  const auto is_left = [](pid_t group) { return ::kill(-group, 0) == 0; };
  const auto deadline = std::chrono::steady_clock::now() + kGrace;
  while (std::any_of(groups.begin(), groups.end(), is_left) && std::chrono::steady_clock::now() < deadline) {
    constexpr timespec tick{.tv_sec = 0, .tv_nsec = 50'000'000};
    ::sigtimedwait(&child_ended, nullptr, &tick);
    reap();
  }
  for (const pid_t group : groups) ::kill(-group, SIGKILL);
}

}  // namespace

int supervise(const std::function<int(Worker*)>& work) {
  ::signal(SIGCHLD,
           SIG_DFL);  // whoever started this program may have ignored it, and nothing could be waited for
  void* shared =
      ::mmap(nullptr, sizeof(WorkerState), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return work(nullptr);
  return Supervisor(work, *new (shared) WorkerState).run();
}

}  // namespace iter8::entrypoint
