#include "web/jq_library.h"

#include "base/shared_library.h"

namespace iter8::web {

JqLibrary::JqLibrary() {
  const base::SharedLibrary library("libjq.so.1", "use jq expressions", "libjq1");
#define ITER8_BIND(function) library.bind(#function, function);
  ITER8_JQ_FUNCTIONS(ITER8_BIND)
#undef ITER8_BIND
}

const JqLibrary& JqLibrary::get() {
  static const JqLibrary library;
  return library;
}

}  // namespace iter8::web
