#include "tasks/metrics/providers/libpq.h"

#include <string>

#include <dlfcn.h>

#include "base/error.h"

namespace iter8::tasks::metrics {

namespace {

constexpr const char* kName = "libpq.so.5";

template <typename Function>
void bind(void* handle, const char* symbol, Function& function) {
  void* address = ::dlsym(handle, symbol);
  if (address == nullptr) throw base::Error(std::string(kName) + " has no function " + symbol);
  function = reinterpret_cast<Function>(address);
}

}  // namespace

PqLibrary::PqLibrary() {
  // Never closed: what it loads keeps state for the life of the process.
  void* handle = ::dlopen(kName, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr)
    throw base::Error(std::string("cannot ask PostgreSQL: ") + ::dlerror() + " (Debian's package is libpq5)");
#define ITER8_BIND(function) bind(handle, #function, function);
  ITER8_PQ_FUNCTIONS(ITER8_BIND)
#undef ITER8_BIND
}

const PqLibrary& PqLibrary::get() {
  static const PqLibrary library;
  return library;
}

}  // namespace iter8::tasks::metrics
