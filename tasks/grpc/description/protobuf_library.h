#pragma once

namespace iter8::tasks::grpc {

/// Constructs the global objects of libprotobuf, once; needed before anything else of it is used. At the
/// start of the program they would cost every run memory and time (see cmake/protobuf.cmake). From then on
/// the library writes nothing to standard error. Thread-safe.
void initialise_protobuf();

}  // namespace iter8::tasks::grpc
