#pragma once

#include <string>

#include <git2.h>

#include "git/functions.h"

namespace iter8::git {

/// libgit2, loaded when a run first works with a git repository and not before: it brings mbedTLS, libssh2
/// and Kerberos, which no other run should pay for. Initialised once.
class Library {
 public:
  /// Throws base::Error when it is not installed. Thread-safe.
  static const Library& get();

#define ITER8_GIT_POINTER(function) \
  decltype(&::function) function;  // NOLINT(bugprone-macro-parentheses): a name
  ITER8_GIT_FUNCTIONS(ITER8_GIT_POINTER)
#undef ITER8_GIT_POINTER

  /// Throws base::Error, "cannot WHAT: REASON", when a function of the library returned an error.
  void check(int code, const std::string& what) const;

  /// What the library says went wrong last.
  std::string last_error() const;

 private:
  Library();
};

}  // namespace iter8::git
