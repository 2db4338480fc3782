#include "net/openssl_library.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include "base/error.h"

namespace iter8::net {
namespace {

constexpr const char* kName = "libssl.so.3";  // brings libcrypto.so.3, whose functions are found through it

template <typename Function>
void bind(void* handle, const char* symbol, Function& function) {
  void* address = ::dlsym(handle, symbol);
  if (address == nullptr) throw base::Error(fmt::format("{} has no function {}", kName, symbol));
  function = reinterpret_cast<Function>(address);
}

}  // namespace

OpensslLibrary::OpensslLibrary() {
  // Never closed: it keeps state for the life of the process.
  void* handle = ::dlopen(kName, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    throw base::Error(fmt::format("cannot use TLS: {} (Debian's package is libssl3)", ::dlerror()));
  }
#define ITER8_BIND(function) bind(handle, #function, function);
  ITER8_OPENSSL_FUNCTIONS(ITER8_BIND)
#undef ITER8_BIND
}

const OpensslLibrary& OpensslLibrary::get() {
  static const OpensslLibrary library;
  return library;
}

}  // namespace iter8::net
