#include "git/library.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/shared_library.h"
#include "base/text.h"

namespace iter8::git {

Library::Library() {
  const base::SharedLibrary library("libgit2.so.1.5", "work with git repositories", "libgit2-1.5");
#define ITER8_GIT_BIND(function) library.bind(#function, function);
  ITER8_GIT_FUNCTIONS(ITER8_GIT_BIND)
#undef ITER8_GIT_BIND
  check(git_libgit2_init() < 0 ? -1 : 0, "initialise libgit2");
}

const Library& Library::get() {
  static const Library library;
  return library;
}

void Library::check(int code, const std::string& what) const {
  if (code < 0) throw base::Error(fmt::format("cannot {}: {}", what, last_error()));
}

std::string Library::last_error() const {
  const git_error* error = git_error_last();
  constexpr std::size_t longest = 600;
  return error == nullptr || error->message == nullptr ? "unknown reason"
                                                       : base::printable(base::trim(error->message), longest);
}

}  // namespace iter8::git
