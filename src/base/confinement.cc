#include "base/confinement.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

namespace iter8::base {

namespace {

// Landlock's interface (linux/landlock.h), by its numbers: headers older than the kernel lack some of them.
constexpr long kCreateRuleset = 444;
constexpr long kAddRule = 445;
constexpr long kRestrictSelf = 446;
constexpr std::uint32_t kGetVersion = 1;
constexpr int kPathBeneath = 1;
constexpr std::uint64_t kExecute = 1U << 0U;
constexpr std::uint64_t kWriteFile = 1U << 1U;
constexpr std::uint64_t kReadFile = 1U << 2U;
constexpr std::uint64_t kReadDirectory = 1U << 3U;
constexpr std::uint64_t kMakeDevices = (1U << 6U) | (1U << 11U);  // character and block devices
constexpr std::uint64_t kAllOfFirst = (1U << 13U) - 1;
constexpr std::uint64_t kRefer = 1U << 13U;        // since version 2
constexpr std::uint64_t kTruncate = 1U << 14U;     // since version 3
constexpr std::uint64_t kIoctlDevice = 1U << 15U;  // since version 5

struct RulesetAttributes {
  std::uint64_t handled_access_fs = 0;
};

struct __attribute__((packed)) PathBeneath {
  std::uint64_t allowed_access = 0;
  std::int32_t parent_fd = -1;
};

std::uint64_t handled_by(int version) {
  return kAllOfFirst | (version >= 2 ? kRefer : 0) | (version >= 3 ? kTruncate : 0) |
         (version >= 5 ? kIoctlDevice : 0);
}

/// A path that does not exist needs no rule.
void allow_path(int ruleset, const std::filesystem::path& path, std::uint64_t access) {
  const Descriptor file(::open(path.c_str(), O_PATH | O_CLOEXEC));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) return;
  constexpr std::uint64_t of_files = kExecute | kWriteFile | kReadFile | kTruncate | kIoctlDevice;
  const PathBeneath rule{.allowed_access = S_ISDIR(status.st_mode) ? access : access & of_files,
                         .parent_fd = file.get()};
  if (::syscall(kAddRule, ruleset, kPathBeneath, &rule, 0) != 0)
    throw Error("landlock refuses a rule for " + path.string() + ": " + errno_text(errno));
}

void enter_landlock(const Confinement& confinement, int version) {
  const RulesetAttributes attributes{.handled_access_fs = handled_by(version)};
  const Descriptor ruleset(static_cast<int>(::syscall(kCreateRuleset, &attributes, sizeof attributes, 0)));
  if (!ruleset) throw Error("landlock refuses a set of rules: " + errno_text(errno));
  for (const auto& path : confinement.readable)
    allow_path(ruleset.get(), path, kExecute | kReadFile | kReadDirectory);
  for (const char* device :
       {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"})
    allow_path(ruleset.get(), device, kReadFile | kWriteFile | (attributes.handled_access_fs & kIoctlDevice));
  for (const auto& path : confinement.writable)
    allow_path(ruleset.get(), path, attributes.handled_access_fs & ~(kIoctlDevice | kMakeDevices));
  if (::syscall(kRestrictSelf, ruleset.get(), 0) != 0)
    throw Error("landlock refuses to begin: " + errno_text(errno));
}

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
constexpr std::uint32_t kForeignCalls = 0x40000000;  // x32, whose calls have other numbers
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
constexpr std::uint32_t kForeignCalls = 0xffffffff;
#else
constexpr std::uint32_t kArchitecture = 0;
constexpr std::uint32_t kForeignCalls = 0xffffffff;
#endif

bool has_seccomp() {
  return kArchitecture != 0 && ::prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
}

constexpr sock_filter load_word(std::uint32_t offset) {
  return {BPF_LD | BPF_W | BPF_ABS, 0, 0, offset};
}

/// When the word is `value`, skips that many instructions, else none.
constexpr sock_filter skip_if_equal(std::uint32_t value, std::uint8_t instructions) {
  return {BPF_JMP | BPF_JEQ | BPF_K, instructions, 0, value};
}

constexpr sock_filter answer_with(std::uint32_t value) {
  return {BPF_RET | BPF_K, 0, 0, value};
}

/// What no script of an experiment needs, and what an attacker begins with.
constexpr std::array kDenied = {SYS_ptrace,
                                SYS_process_vm_readv,
                                SYS_process_vm_writev,
                                SYS_mount,
                                SYS_umount2,
                                SYS_pivot_root,
                                SYS_chroot,
                                SYS_swapon,
                                SYS_swapoff,
                                SYS_reboot,
                                SYS_kexec_load,
                                SYS_init_module,
                                SYS_finit_module,
                                SYS_delete_module,
                                SYS_bpf,
                                SYS_perf_event_open,
                                SYS_userfaultfd,
                                SYS_keyctl,
                                SYS_add_key,
                                SYS_request_key,
                                SYS_unshare,
                                SYS_setns,
                                SYS_open_by_handle_at,
                                SYS_acct,
                                SYS_quotactl,
                                SYS_io_uring_setup,
                                SYS_open_tree,
                                SYS_move_mount,
                                SYS_fsopen,
                                SYS_fsmount,
                                SYS_pidfd_getfd,
                                SYS_settimeofday,
                                SYS_clock_settime,
                                SYS_sethostname,
                                SYS_syslog};

/// Capabilities by which root gets past walls: with CAP_PERFMON or CAP_SYS_ADMIN, Landlock does not hide the
/// memory and environment of other processes. Those that let it write into a workspace of another user stay.
constexpr std::array kDropped = {CAP_SYS_ADMIN,       CAP_PERFMON,        CAP_SYS_PTRACE, CAP_BPF,
                                 CAP_SYS_MODULE,      CAP_SYS_RAWIO,      CAP_SYS_BOOT,   CAP_SYS_TIME,
                                 CAP_SYSLOG,          CAP_MKNOD,          CAP_NET_ADMIN,  CAP_SYS_CHROOT,
                                 CAP_LINUX_IMMUTABLE, CAP_DAC_READ_SEARCH};

/// Folders and files without which hardly a program starts or finds a host.
constexpr std::array kSystem = {"/usr",
                                "/bin",
                                "/sbin",
                                "/lib",
                                "/lib32",
                                "/lib64",
                                "/opt",
                                "/proc",
                                "/etc/ld.so.cache",
                                "/etc/ld.so.conf",
                                "/etc/ld.so.conf.d",
                                "/etc/ssl",
                                "/etc/pki",
                                "/etc/ca-certificates",
                                "/etc/hosts",
                                "/etc/host.conf",
                                "/etc/resolv.conf",
                                "/etc/nsswitch.conf",
                                "/etc/gai.conf",
                                "/etc/services",
                                "/etc/protocols",
                                "/etc/passwd",
                                "/etc/group",
                                "/etc/localtime",
                                "/etc/timezone",
                                "/etc/os-release",
                                "/etc/alternatives",
                                "/etc/mime.types"};

}  // namespace

KernelWalls kernel_walls() {
  const long version = ::syscall(kCreateRuleset, nullptr, 0, kGetVersion);
  return {.landlock = version > 0 ? static_cast<int>(version) : 0, .seccomp = has_seccomp()};
}

bool deny_system_calls(std::span<const int> calls) {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !has_seccomp()) return false;
  std::vector<sock_filter> program = {load_word(offsetof(seccomp_data, arch)),
                                      skip_if_equal(kArchitecture, 1),
                                      answer_with(SECCOMP_RET_KILL_PROCESS),
                                      load_word(offsetof(seccomp_data, nr)),
                                      {BPF_JMP | BPF_JGE | BPF_K, 0, 1, kForeignCalls},
                                      answer_with(SECCOMP_RET_KILL_PROCESS)};
  std::size_t left = calls.size();
  for (const int call : calls)  // the refusal stands behind all comparisons and one more answer
    program.push_back(skip_if_equal(static_cast<std::uint32_t>(call), static_cast<std::uint8_t>(left--)));
  program.push_back(answer_with(SECCOMP_RET_ALLOW));
  program.push_back(answer_with(SECCOMP_RET_ERRNO | EPERM));
  const sock_fprog filter{.len = static_cast<unsigned short>(program.size()), .filter = program.data()};
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
}

std::optional<Confinement> Confinement::of(const Environment& environment,
                                           const std::filesystem::path& directory) {
  const std::string word = environment.get("ITER8_CONFINE").value_or("");
  if (word.empty() || word == "false") return std::nullopt;
  if (word != "true" && word != "required")
    throw UsageError("ITER8_CONFINE: found '" + printable(word) + "', expected true, false or required");
  if (word == "required" && kernel_walls().landlock == 0)
    throw UsageError("ITER8_CONFINE: this kernel has no Landlock");
  std::filesystem::path workspace = std::filesystem::absolute(directory);
  for (const char* variable : {"GITHUB_WORKSPACE", "CI_PROJECT_DIR"}) {
    const std::string top = environment.get(variable).value_or("");
    if (!top.empty() && (workspace.string() + "/").starts_with(top + "/")) workspace = top;
  }

  Confinement result{.readable = {kSystem.begin(), kSystem.end()}, .writable = {workspace}};
  constexpr std::string_view writes = "=rw";
  for (const std::string& entry : split(environment.get("ITER8_ALLOW_PATHS").value_or(""), ':')) {
    const bool is_writable = entry.ends_with(writes);
    const std::string path = is_writable ? entry.substr(0, entry.size() - writes.size()) : entry;
    if (!path.empty()) (is_writable ? result.writable : result.readable).emplace_back(path);
  }
  return result;
}

void Confinement::enter() const {
  const KernelWalls walls = kernel_walls();
  for (const int capability : kDropped)
    ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);  // who has none keeps none
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (walls.landlock > 0) enter_landlock(*this, walls.landlock);
  if (walls.seccomp && !deny_system_calls(kDenied))
    throw Error("seccomp refuses a filter: " + errno_text(errno));
}

}  // namespace iter8::base
