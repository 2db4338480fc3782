#include "base/process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <functional>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "base/error.h"
#include "base/file.h"
#include "base/temporary_folder.h"
#include "base/text.h"

namespace iter8::base {

namespace {

/// The folder, or the nearest one above it that exists: what cleans up must run in a removed folder, too.
std::filesystem::path what_is_left_of(std::filesystem::path folder) {
  std::error_code unknown;
  while (folder.has_relative_path() && !std::filesystem::is_directory(folder, unknown))
    folder = folder.parent_path();
  return folder.empty() ? "." : folder;
}

struct Pipe {
  Descriptor read;
  Descriptor write;
};

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw Error("cannot make a pipe: " + errno_text(errno));
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

void make_nonblocking(const Descriptor& fd) {
  ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

/// posix_spawn's two settings objects, released together.
class SpawnSettings {
 public:
  SpawnSettings() {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
  }
  ~SpawnSettings() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> list;
  list.reserve(texts.size() + 1);
  for (const std::string& text : texts) list.push_back(const_cast<char*>(text.c_str()));  // exec's interface
  list.push_back(nullptr);
  return list;
}

std::string path_of(const std::vector<std::string>& environment) {
  for (const std::string& entry : environment)
    if (entry.starts_with("PATH=")) return entry.substr(5);
  return "/usr/local/bin:/usr/bin:/bin";
}

/// Calls `spawn` on a thread that is confined, and so are its children, but not this program.
int from_behind(const Confinement& confinement, const std::function<int()>& spawn) {
  int result = 0;
  std::exception_ptr problem;
  std::thread([&] {
    try {
      confinement.enter();
      result = spawn();
    } catch (...) {
      problem = std::current_exception();
    }
  }).join();
  if (problem) std::rethrow_exception(problem);
  return result;
}

/// A child in its own process group, with its standard streams on pipes.
class Child {
 public:
  explicit Child(const Command& command) {
    const std::string& program = command.arguments.at(0);
    const auto executable = find_executable(program, path_of(command.environment));
    if (!executable) throw Error(fmt::format("cannot run '{}': no such program", program));

    Pipe in = make_pipe();
    Pipe out = make_pipe();
    Pipe err = make_pipe();
    SpawnSettings settings;
    ::posix_spawn_file_actions_adddup2(&settings.actions, in.read.get(), STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&settings.actions, out.write.get(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&settings.actions, err.write.get(), STDERR_FILENO);
    if (!command.directory.empty())
      ::posix_spawn_file_actions_addchdir_np(&settings.actions, what_is_left_of(command.directory).c_str());
    set_attributes(settings.attributes);

    const auto arguments = pointers(command.arguments);
    const auto environment = pointers(command.environment);
    const auto spawn = [&] {
      return ::posix_spawn(&pid_, executable->c_str(), &settings.actions, &settings.attributes,
                           arguments.data(), environment.data());
    };
    const int error = command.confinement ? from_behind(*command.confinement, spawn) : spawn();
    if (error != 0) throw Error(fmt::format("cannot run '{}': {}", program, errno_text(error)));
    handle_ = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    input = std::move(in.write);
    output = std::move(out.read);
    errors = std::move(err.read);
    for (const Descriptor* fd : {&input, &output, &errors}) make_nonblocking(*fd);
  }

  ~Child() {
    if (reaped_) return;
    signal_group(SIGKILL);
    wait();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Readable when the child has ended; -1 on kernels without it (before 5.3).
  int handle() const { return handle_.get(); }

  void signal_group(int signal) const { ::kill(-pid_, signal); }

  bool ended() {
    if (!reaped_ && ::waitpid(pid_, &status_, WNOHANG) == pid_) reaped_ = true;
    return reaped_;
  }

  int status() const { return status_; }

  Descriptor input;
  Descriptor output;
  Descriptor errors;

 private:
  static void set_attributes(posix_spawnattr_t& attributes) {
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    // The parent blocks or ignores signals for its own purposes; the child starts with a clean slate.
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setflags(&attributes,
                               POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }

  void wait() {
    while (::waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
    }
    reaped_ = true;
  }

  pid_t pid_ = -1;
  Descriptor handle_;
  int status_ = 0;
  bool reaped_ = false;
};

/// As much as the largest pipe holds.
constexpr std::size_t kMostDrained = std::size_t{1} << 20;

/// Appends what is there, kMostDrained at a time: who writes without end must not keep the caller from
/// looking at the clock. Closes at the end of the stream. Keeps the last bytes that the command asks for and
/// says whether some were lost.
void drain(Descriptor& fd, std::string& kept, bool& cut, const Command& command, OutputStream stream) {
  const std::size_t limit = command.output_limit;
  char buffer[64 * 1024];
  for (std::size_t drained = 0; fd && drained < kMostDrained;) {
    const ssize_t count = ::read(fd.get(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) return fd.reset();
    drained += static_cast<std::size_t>(count);
    const std::string_view piece(buffer, static_cast<std::size_t>(count));
    if (command.on_output) command.on_output(stream, piece);
    kept.append(piece);
    if (kept.size() > 2 * limit + sizeof buffer) kept.erase(0, kept.size() - limit), cut = true;
  }
}

void feed(Descriptor& fd, std::string_view& left) {
  while (fd && !left.empty()) {
    const ssize_t count = ::write(fd.get(), left.data(), left.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return;
    if (count < 0) return fd.reset();  // the child does not want it
    left.remove_prefix(static_cast<std::size_t>(count));
  }
  fd.reset();
}

/// A write to a child that has closed its input must be an error code here, not the end of this program.
class BrokenPipeIgnored {
 public:
  BrokenPipeIgnored() {
    ::sigemptyset(&set_);
    ::sigaddset(&set_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &set_, &before_);
  }
  ~BrokenPipeIgnored() {
    const timespec now{};
    while (::sigtimedwait(&set_, nullptr, &now) == SIGPIPE) {
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  BrokenPipeIgnored(const BrokenPipeIgnored&) = delete;
  BrokenPipeIgnored& operator=(const BrokenPipeIgnored&) = delete;

 private:
  sigset_t set_{};
  sigset_t before_{};
};

/// Sends SIGTERM to the group once, then SIGKILL after the grace.
class Terminator {
 public:
  Terminator(const Child& child, Duration grace) : child_(child), grace_(grace) {}

  void step() {
    const auto now = std::chrono::steady_clock::now();
    if (!asked_) {
      child_.signal_group(SIGTERM);
      asked_ = now;
    } else if (now - *asked_ >= grace_) {
      child_.signal_group(SIGKILL);
    }
  }

 private:
  const Child& child_;
  Duration grace_;
  std::optional<std::chrono::steady_clock::time_point> asked_;
};

Completion completion_of(const Child& child, bool stopped) {
  Completion completion;
  const int status = child.status();
  completion.end = stopped               ? Completion::End::stopped
                   : WIFSIGNALED(status) ? Completion::End::signalled
                                         : Completion::End::exited;
  completion.code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
  return completion;
}

void keep_last(std::string& text, std::size_t limit, bool& cut) {
  if (text.size() <= limit) return;
  text.erase(0, text.size() - limit);
  cut = true;
}

/// The command with a folder for its temporary files, which is all that it may use outside of its workspace.
Command with_folder(const Command& given, const std::filesystem::path& folder) {
  Command command = given;
  command.confinement->writable.push_back(folder);
  std::erase_if(command.environment, [](const std::string& entry) {
    return entry.starts_with("TMPDIR=") || entry.starts_with("TEMP_DIR=");
  });
  for (const char* name : {"TMPDIR=", "TEMP_DIR="}) command.environment.push_back(name + folder.string());
  return command;
}

}  // namespace

Completion run_process(const Command& given, const std::stop_token& stop, Duration grace) {
  const std::optional<TemporaryFolder> folder =
      given.confinement ? std::make_optional<TemporaryFolder>("iter8-program-") : std::nullopt;
  const Command command = folder ? with_folder(given, folder->path()) : given;
  const BrokenPipeIgnored no_signal;
  const Descriptor wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  const std::stop_callback on_stop(stop, [&wake] { static_cast<void>(::eventfd_write(wake.get(), 1)); });
  Child child(command);
  Terminator terminator(child, grace);
  std::string_view input = command.input;
  std::string output;
  std::string errors;
  bool output_cut = false;
  bool errors_cut = false;

  while (!child.ended()) {
    const bool stopping = stop.stop_requested();
    if (stopping) terminator.step();
    feed(child.input, input);
    std::array<pollfd, 5> events{{{child.handle(), POLLIN, 0},
                                  {child.output.get(), POLLIN, 0},
                                  {child.errors.get(), POLLIN, 0},
                                  {child.input.get(), POLLOUT, 0},
                                  {stopping ? -1 : wake.get(), POLLIN, 0}}};
    // The short wait only matters while stopping (the grace) and without a process handle.
    constexpr int tick = 50;
    ::poll(events.data(), events.size(), stopping || child.handle() < 0 ? tick : -1);
    drain(child.output, output, output_cut, command, OutputStream::output);
    drain(child.errors, errors, errors_cut, command, OutputStream::errors);
  }
  // What the child itself wrote is in the pipes now; a grandchild that holds them open is not waited for.
  drain(child.output, output, output_cut, command, OutputStream::output);
  drain(child.errors, errors, errors_cut, command, OutputStream::errors);
  if (stop.stop_requested()) child.signal_group(SIGKILL);

  Completion completion = completion_of(child, stop.stop_requested());
  keep_last(output, command.output_limit, output_cut);
  keep_last(errors, command.output_limit, errors_cut);
  completion.output = std::move(output);
  completion.errors = std::move(errors);
  completion.output_cut = output_cut;
  return completion;
}

std::optional<std::filesystem::path> find_executable(const std::string& name, const std::string& path) {
  const auto runnable = [](const std::filesystem::path& file) {
    std::error_code none;
    return std::filesystem::is_regular_file(file, none) && ::access(file.c_str(), X_OK) == 0;
  };
  // Absolute, because the child may start in another directory.
  if (name.find('/') != std::string::npos)
    return runnable(name) ? std::optional(std::filesystem::absolute(name)) : std::nullopt;
  for (const std::string& folder : split(path, ':')) {
    const std::filesystem::path file = std::filesystem::path(folder.empty() ? "." : folder) / name;
    if (runnable(file)) return std::filesystem::absolute(file);
  }
  return std::nullopt;
}

}  // namespace iter8::base
