#include "tasks/webhook/signature.h"

#include "base/digest.h"
#include "base/encoding.h"

namespace iter8::tasks::webhook {

std::optional<std::string> signing_key(std::string_view secret) {
  constexpr std::string_view kPrefix = "whsec_";
  if (!secret.starts_with(kPrefix)) return std::string(secret);
  return base::from_base64(secret.substr(kPrefix.size()));
}

std::string standard_signature(std::string_view key, std::string_view id, std::int64_t time,
                               std::string_view body) {
  const std::string content = std::string(id) + "." + std::to_string(time) + "." + std::string(body);
  return "v1," + base::base64(base::hmac_sha256(key, content));
}

std::string hub_signature(std::string_view secret, std::string_view body) {
  return "sha256=" + base::hex(base::hmac_sha256(secret, body));
}

}  // namespace iter8::tasks::webhook
