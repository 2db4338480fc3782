#include "entrypoint/demo/wire_format.h"

#include <algorithm>

namespace iter8::demo {
namespace {

enum Kind : std::uint32_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

constexpr std::size_t kPrefix = 5;

std::optional<std::uint64_t> take_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

template <typename Pairs>
auto last_of(const Pairs& pairs, std::uint32_t field) {
  return std::find_if(pairs.rbegin(), pairs.rend(),
                      [field](const auto& pair) { return pair.first == field; });
}

}  // namespace

MessageWriter& MessageWriter::text(std::uint32_t field, std::string_view value) {
  varint(std::uint64_t{field} << 3 | kBytes);
  varint(value.size());
  bytes_ += value;
  return *this;
}

MessageWriter& MessageWriter::number(std::uint32_t field, std::uint64_t value) {
  varint(std::uint64_t{field} << 3 | kVarint);
  varint(value);
  return *this;
}

void MessageWriter::varint(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>((value & 0x7f) | 0x80);
  bytes_ += static_cast<char>(value);
}

std::optional<MessageReader> MessageReader::read(std::string_view bytes) {
  MessageReader reader;
  while (!bytes.empty()) {
    const std::optional<std::uint64_t> key = take_varint(bytes);
    if (!key) return std::nullopt;
    const auto field = static_cast<std::uint32_t>(*key >> 3);
    const std::uint64_t kind = *key & 7;
    if (kind == kVarint || kind == kBytes) {
      const std::optional<std::uint64_t> value = take_varint(bytes);
      if (!value || (kind == kBytes && *value > bytes.size())) return std::nullopt;
      if (kind == kVarint) {
        reader.numbers_.emplace_back(field, *value);
      } else {
        reader.texts_.emplace_back(field, bytes.substr(0, *value));
        bytes.remove_prefix(*value);
      }
    } else if (kind == kFixed64 || kind == kFixed32) {
      const std::size_t size = kind == kFixed64 ? 8 : 4;
      if (bytes.size() < size) return std::nullopt;
      bytes.remove_prefix(size);
    } else {
      return std::nullopt;
    }
  }
  return reader;
}

std::string_view MessageReader::text(std::uint32_t field) const {
  const auto found = last_of(texts_, field);
  return found == texts_.rend() ? std::string_view() : found->second;
}

std::uint64_t MessageReader::number(std::uint32_t field) const {
  const auto found = last_of(numbers_, field);
  return found == numbers_.rend() ? 0 : found->second;
}

bool MessageReader::has(std::uint32_t field) const {
  return last_of(texts_, field) != texts_.rend() || last_of(numbers_, field) != numbers_.rend();
}

std::string grpc_frame(std::string_view message) {
  std::string frame(1, '\0');
  for (int shift = 24; shift >= 0; shift -= 8) frame += static_cast<char>(message.size() >> shift & 0xff);
  return frame.append(message);
}

std::optional<std::string> take_grpc_message(std::string& bytes) {
  if (bytes.size() < kPrefix || bytes[0] != 0) return std::nullopt;
  std::size_t size = 0;
  for (std::size_t i = 1; i < kPrefix; ++i) size = size << 8 | static_cast<unsigned char>(bytes[i]);
  if (bytes.size() - kPrefix < size) return std::nullopt;
  std::string message = bytes.substr(kPrefix, size);
  bytes.erase(0, kPrefix + size);
  return message;
}

}  // namespace iter8::demo
