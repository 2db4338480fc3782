#include "tasks/metrics/access/libpq.h"

#include "base/shared_library.h"

namespace iter8::tasks::metrics::sql {

PqLibrary::PqLibrary() {
  const base::SharedLibrary library("libpq.so.5", "ask PostgreSQL", "libpq5");
#define ITER8_BIND(function) library.bind(#function, function);
  ITER8_PQ_FUNCTIONS(ITER8_BIND)
#undef ITER8_BIND
}

const PqLibrary& PqLibrary::get() {
  static const PqLibrary library;
  return library;
}

}  // namespace iter8::tasks::metrics::sql
