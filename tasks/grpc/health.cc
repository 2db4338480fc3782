#include "tasks/grpc/health.h"

#include <cstddef>

#include "base/error.h"
#include "base/text.h"
#include "config/value/json_text.h"

namespace iter8::tasks::grpc {

namespace {

constexpr std::size_t kDepth = 8;
constexpr unsigned kVarintBits = 7;

/// Field 1, a text: its key, its length as a varint, itself.
std::string text_field(std::string_view text) {
  std::string bytes("\x0a");
  std::size_t length = text.size();
  for (; length >> kVarintBits != 0; length >>= kVarintBits)
    bytes += static_cast<char>((length & 0x7fU) | 0x80U);
  bytes += static_cast<char>(length);
  bytes += text;
  return bytes;
}

}  // namespace

std::string encode_health_request(std::string_view json) {
  config::JsonFault fault;
  const auto message = config::parse_json(json, kDepth, fault);
  if (!message || message->map() == nullptr)
    throw base::Error("message of " + std::string(kHealthService) + ": expected a map" +
                      (message ? std::string() : ": " + fault.message));
  std::string bytes;
  for (const auto& [name, value] : *message->map()) {
    if (name != "service" || value.text() == nullptr)
      throw base::Error("message of " + std::string(kHealthService) + ": found '" + base::printable(name) +
                        "', expected service: NAME, or nothing");
    if (!value.text()->empty()) bytes = text_field(*value.text());
  }
  return bytes;
}

}  // namespace iter8::tasks::grpc
