#pragma once

#include <cstdint>
#include <string_view>

#include <google/protobuf/wire_format_lite.h>

namespace iter8::tasks::grpc {

/// A field of a serialised message, whose type need not be known: text (also a message inside it) or a
/// number.
struct WireField {
  int number = 0;
  bool is_text = false;
  std::string_view text;  // refers to the message
  std::uint64_t value = 0;
};

/// Calls use() with each such field, in their order. False for bytes that are not a message. Keeps nothing,
/// as a message may have a field for every two bytes.
template <typename Use>
bool each_field(std::string_view bytes, Use use) {
  using Wire = google::protobuf::internal::WireFormatLite;
  google::protobuf::io::CodedInputStream input(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                               static_cast<int>(bytes.size()));
  while (const std::uint32_t tag = input.ReadTag()) {
    WireField field{.number = Wire::GetTagFieldNumber(tag)};
    if (Wire::GetTagWireType(tag) == Wire::WIRETYPE_LENGTH_DELIMITED) {
      std::uint32_t length = 0;
      if (!input.ReadVarint32(&length)) return false;
      field.is_text = true;
      field.text = bytes.substr(static_cast<std::size_t>(input.CurrentPosition()), length);
      if (field.text.size() != length || !input.Skip(static_cast<int>(length))) return false;
    } else if (Wire::GetTagWireType(tag) == Wire::WIRETYPE_VARINT) {
      if (!input.ReadVarint64(&field.value)) return false;
    } else {
      if (!Wire::SkipField(&input, tag)) return false;
      continue;
    }
    use(field);
  }
  return input.ConsumedEntireMessage();
}

}  // namespace iter8::tasks::grpc
