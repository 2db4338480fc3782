#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/environment.h"

namespace iter8::base {

/// Which walls the kernel can put around a program.
struct KernelWalls {
  int landlock = 0;      // version of its interface; 0 = none
  bool seccomp = false;  // filters of system calls, on an architecture that we know
};
KernelWalls kernel_walls();

/// Around programs that a file starts (`run`, plugins): they read only what programs need and the workspace,
/// and write only to the workspace and what else is named; they gain no privileges by starting others, and
/// call nothing of the kernel that no script needs (mounts, tracing, modules, keys, namespaces). A value.
struct Confinement {
  std::vector<std::filesystem::path> readable;  // files and folders with all below them
  std::vector<std::filesystem::path> writable;  // also readable

  /// What ITER8_CONFINE asks for around programs that work in `directory`: nothing where it is unset or
  /// "false", those walls that the kernel has for "true", and for "required" an error where it has no
  /// Landlock. The workspace is the CI job's checkout that the directory belongs to, or else the directory.
  /// ITER8_ALLOW_PATHS names further paths, separated by colons; "/cache=rw" may be written to. Throws
  /// UsageError.
  static std::optional<Confinement> of(const Environment& environment,
                                       const std::filesystem::path& directory);

  /// Puts the calling thread, and what it starts from now on, behind those walls that the kernel has. There
  /// is no way back. Throws Error when the kernel has one and refuses it.
  void enter() const;
};

/// Lets the calling thread and what it starts gain no privileges, and answers these system calls with EPERM,
/// and those of other architectures by killing the process. False where the kernel or the architecture has no
/// such filters.
bool deny_system_calls(std::span<const int> calls);

}  // namespace iter8::base
