#include "tasks/grpc/description/protobuf_library.h"

#include <span>

#include <google/protobuf/stubs/logging.h>

// The renamed sections of constructors (see cmake/protobuf.cmake), by priority; the linker defines where each
// begins and ends. They are hidden so that they are found in this program only.
extern "C" {
using Constructor = void (*)();
#define ITER8_SECTION(name)                                                        \
  extern const Constructor __start_##name[] __attribute__((visibility("hidden"))); \
  extern const Constructor __stop_##name[] __attribute__((visibility("hidden")))
ITER8_SECTION(iter8_protobuf_init_1);
ITER8_SECTION(iter8_protobuf_init_2);
ITER8_SECTION(iter8_protobuf_init_3);
#undef ITER8_SECTION
}

namespace iter8::tasks::grpc {
namespace {

bool run_constructors() {
  for (const auto constructors : {std::span(__start_iter8_protobuf_init_1, __stop_iter8_protobuf_init_1),
                                  std::span(__start_iter8_protobuf_init_2, __stop_iter8_protobuf_init_2),
                                  std::span(__start_iter8_protobuf_init_3, __stop_iter8_protobuf_init_3)})
    for (const Constructor constructor : constructors) constructor();
  google::protobuf::SetLogHandler(nullptr);
  return true;
}

}  // namespace

void initialise_protobuf() {
  [[maybe_unused]] static const bool done = run_constructors();
}

}  // namespace iter8::tasks::grpc
