#include "base/shared_library.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include "base/error.h"

namespace iter8::base {

SharedLibrary::SharedLibrary(const char* name, const char* purpose, const char* package)
    : name_(name), handle_(::dlopen(name, RTLD_NOW | RTLD_LOCAL)) {
  if (handle_ == nullptr)
    throw Error(fmt::format("cannot {}: {} (Debian's package is {})", purpose, ::dlerror(), package));
}

void* SharedLibrary::address_of(const char* symbol) const {
  void* address = ::dlsym(handle_, symbol);
  if (address == nullptr) throw Error(fmt::format("{} has no function {}", name_, symbol));
  return address;
}

}  // namespace iter8::base
