#include "web/jq_server.h"

#include <array>
#include <cerrno>
#include <map>
#include <memory>
#include <string>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/confinement.h"
#include "base/error.h"
#include "base/memory_limit.h"
#include "web/jq_evaluator.h"
#include "web/jq_exchange.h"
#include "web/jq_library.h"

namespace iter8::web {

namespace {

constexpr int kSocket = STDIN_FILENO;

bool receive_all(void* data, std::size_t size) {
  char* bytes = static_cast<char*>(data);
  while (size > 0) {
    const ssize_t count = ::recv(kSocket, bytes, size, MSG_WAITALL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

bool send_all(const void* data, std::size_t size) {
  const char* bytes = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t count = ::send(kSocket, bytes, size, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

void limit(decltype(RLIMIT_CORE) resource, rlim_t value) {
  const rlimit both{.rlim_cur = value, .rlim_max = value};
  ::setrlimit(resource, &both);
}

/// What evaluating an expression never calls, should somebody have taken libjq over; the limits beside it
/// hold where the kernel has no such filters.
[[maybe_unused]] constexpr std::array<int, 19> kNeverNeeded = {
    SYS_execve,    SYS_execveat, SYS_openat,  SYS_openat2, SYS_socket,           SYS_connect,
    SYS_bind,      SYS_listen,   SYS_accept4, SYS_ptrace,  SYS_process_vm_readv, SYS_process_vm_writev,
    SYS_kill,      SYS_clone3,   SYS_unshare, SYS_setns,   SYS_prlimit64,        SYS_io_uring_setup,
    SYS_pidfd_open};

/// After it, the process can compute and answer, and neither open nor start anything.
void give_up_what_is_not_needed() {
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  base::limit_memory(kJqMemory);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_NPROC, 0);
#ifndef ITER8_SANITIZED  // a sanitizer asks for its stack's limits and mappings whenever something is thrown
  limit(RLIMIT_NOFILE, 0);
  base::deny_system_calls(kNeverNeeded);
#endif
}

/// The programs that were compiled here, by their text.
class JqServer {
 public:
  JqReply answer(const JqRequestHead& head, const std::string& program, std::string_view document) {
    JqReply reply;
    try {
      load_library();
      auto& evaluator = evaluators_[program];
      if (!evaluator) evaluator = std::make_unique<JqEvaluator>(program);
      const JqLimits limits{.time = {}, .outputs = head.outputs, .bytes = head.bytes};
      if (head.task == JqTask::run) evaluator->run(document, limits, reply);
    } catch (const std::exception& error) {
      reply.fail(error.what());
    }
    return reply;
  }

 private:
  /// Once, with the first request, so that a machine without libjq can be told why it answers nothing.
  void load_library() {
    if (is_loaded_) return;
    JqLibrary::get();
    give_up_what_is_not_needed();
    is_loaded_ = true;
  }

  bool is_loaded_ = false;
  std::map<std::string, std::unique_ptr<JqEvaluator>> evaluators_;
};

}  // namespace

std::optional<int> serve_jq_if_asked(int argc, char** argv) {
  if (argc != 2 || argv[1] != kJqArgument) return std::nullopt;
  JqServer server;
  JqRequestHead head;
  while (receive_all(&head, sizeof head)) {
    ::alarm(head.seconds + 1);  // ends the process, should the other side be gone and never end it
    std::string program(head.program_size, '\0');
    std::string document(head.document_size, '\0');
    if (!receive_all(program.data(), program.size()) || !receive_all(document.data(), document.size())) break;
    const JqReply reply = server.answer(head, program, document);
    const JqReplySize size = reply.bytes().size();
    ::alarm(0);
    if (!send_all(&size, sizeof size) || !send_all(reply.bytes().data(), size)) break;
  }
  return 0;
}

}  // namespace iter8::web
