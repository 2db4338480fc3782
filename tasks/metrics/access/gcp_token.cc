#include "tasks/metrics/access/gcp_token.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "net/signature.h"
#include "tasks/metrics/http_source.h"
#include "tasks/metrics/response/json.h"
#include "web/foreign_json.h"

namespace iter8::tasks::metrics::gcp {

namespace {

constexpr std::size_t kLargestFile = 64 * 1024;
constexpr auto kClaimLife = std::chrono::hours(1);
constexpr auto kMargin = std::chrono::minutes(1);  // a token is not used in the last minute of its life
constexpr const char* kScope = "https://www.googleapis.com/auth/monitoring.read";

/// RFC 4648 section 5 without padding, as JWTs want it.
std::string base64url(std::string_view bytes) {
  std::string text = base::base64(bytes);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  while (text.ends_with('=')) text.pop_back();
  return text;
}

}  // namespace

ServiceAccount read_service_account(const std::string& file) {
  const Json json = web::parse_foreign_json(base::read_file(file, kLargestFile));
  if (json.is_discarded() || text_of(json, "type") != "service_account")
    throw base::Error(base::printable(file) +
                      " is not a key file of a service account (JSON with type: service_account)");
  ServiceAccount account{.email = text_of(json, "client_email"),
                         .private_key_id = text_of(json, "private_key_id"),
                         .private_key = text_of(json, "private_key"),
                         .token_url = text_of(json, "token_uri")};
  if (account.token_url.empty()) account.token_url = "https://oauth2.googleapis.com/token";
  if (account.email.empty() || account.private_key.empty())
    throw base::Error(base::printable(file) + " has no client_email and private_key");
  return account;
}

std::string service_account_claim(const ServiceAccount& account, base::WallTime now) {
  const auto issued = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  Json header = {{"alg", "RS256"}, {"typ", "JWT"}};
  if (!account.private_key_id.empty()) header["kid"] = account.private_key_id;
  const Json claims = {{"iss", account.email},
                       {"scope", kScope},
                       {"aud", account.token_url},
                       {"iat", issued},
                       {"exp", issued + std::chrono::seconds(kClaimLife).count()}};
  const std::string signed_part = base64url(header.dump()) + "." + base64url(claims.dump());
  return signed_part + "." + base64url(net::rsa_sha256_signature(account.private_key, signed_part));
}

std::string AccessToken::get(QueryContext& query_context) {
  const std::lock_guard lock(mutex_);
  const base::WallTime now = query_context.clock.wall();
  if (!token_.empty() && now < end_) return token_;

  const std::string claim = service_account_claim(account_, now);
  query_context.secrets.add(claim);
  web::Request request{.method = "POST", .url = account_.token_url};
  set_body(request,
           form_encode({{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"}, {"assertion", claim}}),
           "application/x-www-form-urlencoded");
  request.repeat = web::Repeat::always;
  const Json json = parse_json(query_context.client.send_expecting_success(request, query_context.stop).body);
  token_ = text_of(json, "access_token");
  if (token_.empty()) throw base::Error(base::printable(account_.token_url) + " gave no access_token");
  query_context.secrets.add(token_);
  const Json* life = find(json, {"expires_in"});
  const auto seconds = life != nullptr && life->is_number_integer() ? life->get<std::int64_t>() : 0;
  end_ = now + std::chrono::seconds(seconds) - kMargin;
  return token_;
}

}  // namespace iter8::tasks::metrics::gcp
