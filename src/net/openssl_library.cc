#include "net/openssl_library.h"

#include "base/shared_library.h"

namespace iter8::net {

OpensslLibrary::OpensslLibrary() {
  // It brings libcrypto.so.3, whose functions are found through it.
  const base::SharedLibrary library("libssl.so.3", "use TLS", "libssl3");
#define ITER8_BIND(function) library.bind(#function, function);
  ITER8_OPENSSL_FUNCTIONS(ITER8_BIND)
#undef ITER8_BIND
}

const OpensslLibrary& OpensslLibrary::get() {
  static const OpensslLibrary library;
  return library;
}

}  // namespace iter8::net
