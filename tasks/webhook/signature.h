#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace iter8::tasks::webhook {

/// The key of Standard Webhooks: the bytes behind `whsec_` in base64, or, without that prefix, the text
/// itself. Nothing when the base64 is invalid.
std::optional<std::string> signing_key(std::string_view secret);

/// The header webhook-signature of Standard Webhooks 1.0: "v1," and the base64 of HMAC-SHA-256 over
/// "id.time.body". `time` is in seconds since 1970.
std::string standard_signature(std::string_view key, std::string_view id, std::int64_t time,
                               std::string_view body);

/// The header X-Hub-Signature-256 as GitHub sends it: "sha256=" and the hexadecimal HMAC-SHA-256 of the body.
std::string hub_signature(std::string_view secret, std::string_view body);

}  // namespace iter8::tasks::webhook
