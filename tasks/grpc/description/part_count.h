#pragma once

#include <cstddef>
#include <string_view>

namespace iter8::tasks::grpc {

/// How many texts and messages the serialised description of a file (FileDescriptorProto) consists of, at all
/// depths: each may take two bytes here, and close to a kilobyte in libprotobuf. Throws base::Error for other
/// bytes.
std::size_t count_description_parts(std::string_view serialised);

}  // namespace iter8::tasks::grpc
