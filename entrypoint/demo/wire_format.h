#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace iter8::demo {

/// Writes the fields of a message in the wire format of Protocol Buffers, of which the demo needs so little
/// that it does without the library.
class MessageWriter {
 public:
  MessageWriter& text(std::uint32_t field, std::string_view value);
  MessageWriter& number(std::uint32_t field, std::uint64_t value);
  const std::string& bytes() const { return bytes_; }

 private:
  void varint(std::uint64_t value);

  std::string bytes_;
};

/// The fields of a message that are texts (or bytes, or messages) and numbers; the last of each counts.
/// Fields of other kinds are skipped.
class MessageReader {
 public:
  /// Nothing when the bytes are not a message.
  static std::optional<MessageReader> read(std::string_view bytes);

  /// Empty and 0 where there is none.
  std::string_view text(std::uint32_t field) const;
  std::uint64_t number(std::uint32_t field) const;
  bool has(std::uint32_t field) const;

 private:
  std::vector<std::pair<std::uint32_t, std::string_view>> texts_;  // of the bytes that were read
  std::vector<std::pair<std::uint32_t, std::uint64_t>> numbers_;
};

/// A message with the prefix of gRPC: not compressed, and its length.
std::string grpc_frame(std::string_view message);
/// Takes the next complete message off the front of `bytes`, without its prefix. Nothing while it has not
/// arrived, or when it is compressed, which the demo never offers.
std::optional<std::string> take_grpc_message(std::string& bytes);

}  // namespace iter8::demo
