#include "tasks/grpc/description/reflection_message.h"

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/unknown_field_set.h>

#include "base/error.h"
#include "tasks/grpc/description/protobuf_library.h"

namespace iter8::tasks::grpc {
namespace {

namespace pb = google::protobuf;

// Field numbers of reflection.proto.
constexpr int kFileResponse = 4;
constexpr int kListResponse = 6;
constexpr int kErrorResponse = 7;
constexpr int kFirst = 1;
constexpr int kSecond = 2;

/// A message of unknown type, which cannot be copied or moved.
struct Fields {
  explicit Fields(std::string_view bytes);
  pb::UnknownFieldSet set;
};

Fields::Fields(std::string_view bytes) {
  if (!set.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    throw base::Error("expected an answer of the reflection service, found other bytes");
}

/// Calls use() with each value of a field of bytes.
template <typename Use>
void each_text(const Fields& fields, int number, Use use) {
  for (int i = 0; i < fields.set.field_count(); ++i) {
    const pb::UnknownField& field = fields.set.field(i);
    if (field.number() == number && field.type() == pb::UnknownField::TYPE_LENGTH_DELIMITED)
      use(field.length_delimited());
  }
}

int number_of(const Fields& fields, int number) {
  int value = 0;
  for (int i = 0; i < fields.set.field_count(); ++i) {
    const pb::UnknownField& field = fields.set.field(i);
    if (field.number() == number && field.type() == pb::UnknownField::TYPE_VARINT)
      value = static_cast<int>(field.varint());
  }
  return value;
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
  initialise_protobuf();
  ReflectionAnswer answer;
  const Fields fields(bytes);
  each_text(fields, kFileResponse, [&](const std::string& files) {
    each_text(Fields(files), kFirst, [&](const std::string& file) { answer.files.push_back(file); });
  });
  each_text(fields, kListResponse, [&](const std::string& list) {
    each_text(Fields(list), kFirst, [&](const std::string& service) {
      each_text(Fields(service), kFirst, [&](const std::string& name) { answer.services.push_back(name); });
    });
  });
  each_text(fields, kErrorResponse, [&](const std::string& error) {
    const Fields parts(error);
    answer.error_code = number_of(parts, kFirst);
    each_text(parts, kSecond, [&](const std::string& text) { answer.error_message = text; });
  });
  return answer;
}

FileNames names_of_file(std::string_view serialised) {
  initialise_protobuf();
  pb::FileDescriptorProto file;
  if (!file.ParseFromArray(serialised.data(), static_cast<int>(serialised.size())) || file.name().empty())
    throw base::Error("expected the description of a file, found other bytes");
  return {.name = file.name(), .imports = {file.dependency().begin(), file.dependency().end()}};
}

}  // namespace iter8::tasks::grpc
