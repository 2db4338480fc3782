#include "tasks/grpc/description/reflection_message.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/unknown_field_set.h>

#include "base/error.h"
#include "tasks/grpc/description/protobuf_library.h"
#include "tasks/grpc/description/wire_fields.h"

namespace iter8::tasks::grpc {
namespace {

namespace pb = google::protobuf;

// Field numbers of reflection.proto.
constexpr int kFileResponse = 4;
constexpr int kListResponse = 6;
constexpr int kErrorResponse = 7;
constexpr int kFirst = 1;
constexpr int kSecond = 2;

// Of one answer.
constexpr std::size_t kMostFilesInAnswer = 1000;
constexpr std::size_t kMostServicesInAnswer = 100'000;

[[noreturn]] void fail_message() {
  throw base::Error("expected an answer of the reflection service, found other bytes");
}

/// Calls use() with each value of a field of bytes.
template <typename Use>
void each_text(std::string_view bytes, int number, Use use) {
  const bool is_message = each_field(bytes, [&](const WireField& field) {
    if (field.number == number && field.is_text) use(field.text);
  });
  if (!is_message) fail_message();
}

int number_of(std::string_view bytes, int number) {
  int value = 0;
  const bool is_message = each_field(bytes, [&](const WireField& field) {
    if (field.number == number && !field.is_text) value = static_cast<int>(field.value);
  });
  if (!is_message) fail_message();
  return value;
}

void add_text(std::vector<std::string>& texts, std::string_view text, std::size_t most, const char* what) {
  if (texts.size() == most)
    throw base::Error(fmt::format("the server describes more than {} {}", most, what));
  texts.emplace_back(text);
}

}  // namespace

std::string reflection_request(ReflectionQuestion question, std::string_view argument) {
  initialise_protobuf();
  pb::UnknownFieldSet fields;
  fields.AddLengthDelimited(static_cast<int>(question), std::string(argument));
  std::string bytes;
  fields.SerializeToString(&bytes);
  return bytes;
}

ReflectionAnswer parse_reflection_response(std::string_view bytes) {
  ReflectionAnswer answer;
  each_text(bytes, kFileResponse, [&](std::string_view files) {
    each_text(files, kFirst,
              [&](std::string_view file) { add_text(answer.files, file, kMostFilesInAnswer, "files"); });
  });
  each_text(bytes, kListResponse, [&](std::string_view list) {
    each_text(list, kFirst, [&](std::string_view service) {
      each_text(service, kFirst, [&](std::string_view name) {
        add_text(answer.services, name, kMostServicesInAnswer, "services");
      });
    });
  });
  each_text(bytes, kErrorResponse, [&](std::string_view error) {
    answer.error_code = number_of(error, kFirst);
    each_text(error, kSecond, [&](std::string_view text) { answer.error_message = text; });
  });
  return answer;
}

FileNames names_of_file(std::string_view serialised) {
  FileNames names;
  each_text(serialised, pb::FileDescriptorProto::kNameFieldNumber,
            [&](std::string_view name) { names.name = name; });
  each_text(serialised, pb::FileDescriptorProto::kDependencyFieldNumber,
            [&](std::string_view name) { add_text(names.imports, name, kMostFilesInAnswer, "files"); });
  if (names.name.empty()) throw base::Error("expected the description of a file, found other bytes");
  return names;
}

}  // namespace iter8::tasks::grpc
