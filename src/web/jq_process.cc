#include "web/jq_process.h"

#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/file.h"
#include "web/jq_server.h"

namespace iter8::web {

namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Reading libjq's own library of functions takes 20 ms; the rest is for machines that are busy.
constexpr base::Duration kCompileTime = std::chrono::seconds(10);

/// The exchange of one request and its reply, until a deadline or a stop. Its errors are about time.
class JqConversation {
 public:
  JqConversation(int socket, base::Duration limit, const std::stop_token& stop)
      : socket_(socket),
        limit_(limit),
        deadline_(std::chrono::steady_clock::now() + limit),
        stopped_(::eventfd(0, EFD_CLOEXEC)),
        on_stop_(stop, Wake{stopped_.get()}) {}

  /// Whether the other side took it all; it may have ended.
  bool send(const void* data, std::size_t size) {
    const char* bytes = static_cast<const char*>(data);
    while (size > 0) {
      const ssize_t count = ::send(socket_, bytes, size, MSG_NOSIGNAL);
      if (count > 0) {
        bytes += count;
        size -= static_cast<std::size_t>(count);
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        wait(POLLOUT);
      } else if (errno != EINTR) {
        return false;
      }
    }
    return true;
  }

  /// Whether there was that much; the other side may have ended.
  bool receive(void* data, std::size_t size) {
    char* bytes = static_cast<char*>(data);
    while (size > 0) {
      const ssize_t count = ::recv(socket_, bytes, size, 0);
      if (count == 0) return false;
      if (count > 0) {
        bytes += count;
        size -= static_cast<std::size_t>(count);
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        wait(POLLIN);
      } else if (errno != EINTR) {
        return false;
      }
    }
    return true;
  }

 private:
  struct Wake {
    int descriptor;
    void operator()() const { static_cast<void>(::eventfd_write(descriptor, 1)); }
  };

  void wait(short event) const {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
    if (left.count() <= 0) throw base::Error("jq: no end after " + base::to_text(limit_));
    std::array<pollfd, 2> events = {pollfd{socket_, event, 0}, pollfd{stopped_.get(), POLLIN, 0}};
    ::poll(events.data(), events.size(), static_cast<int>(left.count()));
    if (events[1].revents != 0) throw base::Error("stopped");
  }

  int socket_;
  base::Duration limit_;
  SteadyTime deadline_;
  base::Descriptor stopped_;
  std::stop_callback<Wake> on_stop_;
};

/// What a process is started with; frees it.
class JqSpawnSettings {
 public:
  explicit JqSpawnSettings(int socket) {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO);
    // libjq writes to these what nobody should see, such as assertions with a document's text in them.
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    ::posix_spawnattr_init(&attributes);
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setflags(&attributes,
                               POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~JqSpawnSettings() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }
  JqSpawnSettings(const JqSpawnSettings&) = delete;
  JqSpawnSettings& operator=(const JqSpawnSettings&) = delete;

  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
};

std::string crash_text(int status) {
  const std::string end = WIFSIGNALED(status) ? fmt::format("SIG{}", ::sigabbrev_np(WTERMSIG(status)))
                                              : fmt::format("exit code {}", WEXITSTATUS(status));
  return fmt::format(
      "libjq crashed ({}): it has faults that this expression or document meets, or needs more than {} MiB "
      "of "
      "memory",
      end, kJqMemory / (1024 * 1024));
}

}  // namespace

JqProcess& JqProcess::get() {
  static JqProcess process;
  return process;
}

void JqProcess::compile(const std::string& program) {
  const std::lock_guard lock(mutex_);
  compile_once(program, {});
}

std::vector<nlohmann::json> JqProcess::run(const std::string& program, std::string_view document,
                                           const std::stop_token& stop, const JqLimits& limits) {
  const std::lock_guard lock(mutex_);
  compile_once(program, stop);
  return ask(JqTask::run, program, document, stop, limits);
}

void JqProcess::compile_once(const std::string& program, const std::stop_token& stop) {
  if (compiled_.contains(program)) return;
  ask(JqTask::compile, program, {}, stop, {.time = kCompileTime});
  compiled_.insert(program);
}

std::vector<nlohmann::json> JqProcess::ask(JqTask task, const std::string& program, std::string_view document,
                                           const std::stop_token& stop, const JqLimits& limits) {
  if (!socket_) start();
  const JqRequestHead head{
      .task = task,
      .seconds = static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(limits.time).count()),
      .outputs = limits.outputs,
      .bytes = limits.bytes,
      .program_size = program.size(),
      .document_size = document.size()};
  std::string reply;
  try {
    JqConversation conversation(socket_.get(), limits.time, stop);
    JqReplySize size = 0;
    const bool is_answered =
        conversation.send(&head, sizeof head) && conversation.send(program.data(), program.size()) &&
        conversation.send(document.data(), document.size()) && conversation.receive(&size, sizeof size);
    if (is_answered && size > largest_jq_reply(limits)) throw base::Error("jq: a reply that is too large");
    if (is_answered) reply.resize(size);
    if (!is_answered || !conversation.receive(reply.data(), reply.size()))
      throw base::Error("jq: " + crash_text(wait()));
  } catch (const base::Error&) {
    end();
    throw;
  }
  return parse_jq_reply(reply, limits);
}

void JqProcess::start() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw base::Error("jq: cannot make a socket: " + base::errno_text(errno));
  base::Descriptor ours(ends[0]);
  const base::Descriptor theirs(ends[1]);
  ::fcntl(ours.get(), F_SETFL, O_NONBLOCK);

  const JqSpawnSettings settings(theirs.get());
  std::string name = "iter8";
  std::string argument(kJqArgument);
  std::array<char*, 3> arguments{name.data(), argument.data(), nullptr};
  std::array<char*, 1> environment{nullptr};
  const int error = ::posix_spawn(&pid_, "/proc/self/exe", &settings.actions, &settings.attributes,
                                  arguments.data(), environment.data());
  if (error != 0) {
    pid_ = 0;
    throw base::Error("jq: cannot start a process: " + base::errno_text(error));
  }
  socket_ = std::move(ours);
}

int JqProcess::wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = 0;
  return status;
}

void JqProcess::end() {
  socket_.reset();
  compiled_.clear();
  if (pid_ == 0) return;
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);  // should it have left its group
  wait();
}

}  // namespace iter8::web
