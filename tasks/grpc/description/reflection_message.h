#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace iter8::tasks::grpc {

/// One question to the reflection service; exactly one of these can be asked at a time.
/// Source: grpc/reflection/v1/reflection.proto, ServerReflectionRequest.
enum class ReflectionQuestion : std::uint8_t {
  file_by_name = 3,
  file_containing_symbol = 4,
  list_services = 7,
};

/// The question as a serialised ServerReflectionRequest.
std::string reflection_request(ReflectionQuestion question, std::string_view argument);

/// A ServerReflectionResponse: one of the three is filled.
struct ReflectionAnswer {
  std::vector<std::string> files;     // serialised FileDescriptorProto messages
  std::vector<std::string> services;  // full names
  int error_code = 0;                 // a status of gRPC
  std::string error_message;
};

/// Throws base::Error for bytes that are not such a message, and for more than 1000 files or 100,000
/// services.
ReflectionAnswer parse_reflection_response(std::string_view bytes);

/// The serialised FileDescriptorProto's name, and the names of the files that it imports. Throws base::Error.
struct FileNames {
  std::string name;
  std::vector<std::string> imports;
};
FileNames names_of_file(std::string_view serialised);

}  // namespace iter8::tasks::grpc
