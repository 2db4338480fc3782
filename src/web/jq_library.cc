#include "web/jq_library.h"

#include <string>

#include <dlfcn.h>

#include "base/error.h"

namespace iter8::web {

namespace {

constexpr const char* kName = "libjq.so.1";

template <typename Function>
void bind(void* handle, const char* symbol, Function& function) {
  void* address = ::dlsym(handle, symbol);
  if (address == nullptr) throw base::Error(std::string(kName) + " has no function " + symbol);
  function = reinterpret_cast<Function>(address);
}

}  // namespace

JqLibrary::JqLibrary() {
  // Never closed: it keeps state for the life of the process.
  void* handle = ::dlopen(kName, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr)
    throw base::Error(std::string("cannot use jq expressions: ") + ::dlerror() +
                      " (Debian's package is libjq1)");
#define ITER8_BIND(function) bind(handle, #function, function);
  ITER8_JQ_FUNCTIONS(ITER8_BIND)
#undef ITER8_BIND
}

const JqLibrary& JqLibrary::get() {
  static const JqLibrary library;
  return library;
}

}  // namespace iter8::web
