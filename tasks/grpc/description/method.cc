#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/unknown_field_set.h>
#include <google/protobuf/util/json_util.h>

#include "base/error.h"
#include "base/text.h"
#include "tasks/grpc/description/parts.h"

// Messages between JSON and bytes: the other half of description.h.

namespace iter8::tasks::grpc {
namespace {

namespace pb = google::protobuf;

/// The message type at a path such as "items[0].owner" below `type`; null where the path leads elsewhere.
const pb::Descriptor* type_at(const pb::Descriptor* type, std::string_view path) {
  if (path.empty()) return type;
  for (const std::string& step : base::split(path, '.')) {
    if (type == nullptr) return nullptr;
    const std::string name = step.substr(0, step.find('['));
    const pb::FieldDescriptor* field = type->FindFieldByLowercaseName(base::lower(name));
    if (field == nullptr) field = type->FindFieldByCamelcaseName(name);
    type = field == nullptr ? nullptr : field->message_type();
  }
  return type;
}

std::string unknown_field(const pb::Descriptor* root, std::string_view path, const std::string& name) {
  const pb::Descriptor* type = type_at(root, path);
  if (type == nullptr) return fmt::format("'{}' is not a field", base::printable(name));
  std::vector<std::string> names;
  for (int i = 0; i < type->field_count(); ++i) names.push_back(type->field(i)->name());
  std::string near = base::suggestion(name, names);
  if (near.empty() && !names.empty()) near = "; it has " + base::join(names, ", ");
  return fmt::format("'{}' is not a field of {}{}", base::printable(name), type->full_name(), near);
}

/// "invalid value X for type TYPE_INT32" in the words of the house.
std::string invalid_value(std::string_view text) {
  constexpr std::string_view kBegin = "invalid value ";
  constexpr std::string_view kMiddle = " for type ";
  const std::size_t middle = text.rfind(kMiddle);
  if (!text.starts_with(kBegin) || middle == std::string_view::npos) return base::printable(text, 500);
  std::string_view type = text.substr(middle + kMiddle.size());
  if (const std::size_t slash = type.rfind('/'); slash != std::string_view::npos)
    type.remove_prefix(slash + 1);
  std::string_view found = text.substr(kBegin.size(), middle - kBegin.size());
  // Where a type has a form of its own, the value is "Field 'NAME', REASON: VALUE".
  if (const std::size_t reason = found.find("', ");
      found.starts_with("Field '") && reason != std::string_view::npos)
    return fmt::format("{}, expected {}", base::printable(found.substr(reason + 3)), type);
  const bool is_scalar = type.starts_with("TYPE_");
  return fmt::format("found {}, expected {}", base::printable(found),
                     is_scalar ? base::lower(type.substr(5)) : std::string(type));
}

/// The library's message is "(path) text", "(path): text" or only text.
std::string explain(const pb::Descriptor* root, std::string_view message) {
  std::string_view path;
  if (message.starts_with('(')) {
    const std::size_t end = message.find(')');
    path = message.substr(1, end == std::string_view::npos ? end : end - 1);
    message.remove_prefix(end == std::string_view::npos ? message.size() : end + 1);
  }
  if (message.starts_with(':')) message.remove_prefix(1);
  message = base::trim(message);
  if (message == "Root element must be a message.") return "expected a map";
  constexpr std::string_view kUnknown = ": Cannot find field.";
  const std::string text =
      message.ends_with(kUnknown)
          ? unknown_field(root, path, std::string(message.substr(0, message.size() - kUnknown.size())))
          : invalid_value(message);
  return path.empty() ? text : fmt::format("{}: {}", base::printable(path), text);
}

}  // namespace

std::string Method::encode(std::string_view json) const {
  std::string bytes;
  const auto status = pb::util::JsonToBinaryString(parts_->resolver.get(), type_url(request_type_),
                                                   std::string(json), &bytes);
  if (status.ok()) return bytes;
  const pb::Descriptor* type = parts_->pool->FindMessageTypeByName(request_type_);
  throw base::Error(explain(type, std::string(status.message())));
}

void Method::check_request(std::string_view bytes) const {
  pb::DynamicMessageFactory factory(parts_->pool.get());
  const pb::Descriptor* type = parts_->pool->FindMessageTypeByName(request_type_);
  const std::unique_ptr<pb::Message> message(factory.GetPrototype(type)->New());
  if (!message->ParsePartialFromArray(bytes.data(), static_cast<int>(bytes.size())))
    throw base::Error(fmt::format("its {} bytes are not a message of type {}", bytes.size(), request_type_));
}

std::string Method::decode_response(std::string_view bytes) const {
  std::string json;
  pb::UnknownFieldSet fields;  // the writer of JSON takes what is cut off for the end
  if (!fields.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    throw base::Error(fmt::format("the response is not a message of type {}", response_type_));
  const auto status = pb::util::BinaryToJsonString(parts_->resolver.get(), type_url(response_type_),
                                                   std::string(bytes), &json);
  if (!status.ok())
    throw base::Error(fmt::format("the response is not a message of type {}: {}", response_type_,
                                  base::printable(std::string(status.message()))));
  return json;
}

}  // namespace iter8::tasks::grpc
