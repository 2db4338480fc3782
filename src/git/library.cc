#include "git/library.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace iter8::git {

namespace {

constexpr const char* kName = "libgit2.so.1.5";

template <typename Function>
void bind(void* handle, const char* symbol, Function& function) {
  void* address = ::dlsym(handle, symbol);
  if (address == nullptr) throw base::Error(fmt::format("{} has no function {}", kName, symbol));
  function = reinterpret_cast<Function>(address);
}

}  // namespace

Library::Library() {
  // Never closed: it keeps state for the life of the process.
  void* handle = ::dlopen(kName, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr)
    throw base::Error(
        fmt::format("cannot work with git repositories: {} (Debian's package is libgit2-1.5)", ::dlerror()));
#define ITER8_GIT_BIND(function) bind(handle, #function, function);
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
