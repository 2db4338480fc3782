#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "tasks/metrics/source.h"

namespace iter8::tasks::metrics::gcp {

/// What a Google service account's key file says.
struct ServiceAccount {
  std::string email;
  std::string private_key_id;
  std::string private_key;  // PEM
  std::string token_url;
};

/// Throws base::Error, never showing the key, for any other file.
ServiceAccount read_service_account(const std::string& file);

/// The signed claim that is traded for an access token ("Using OAuth 2.0 for Server to Server Applications"
/// of Google's identity documentation; RFC 7523): a JWT (RFC 7519) with RS256, good for an hour.
std::string service_account_claim(const ServiceAccount& account, base::WallTime now);

/// Gets access tokens for an account and keeps the one it has until shortly before its end. Thread-safe.
class AccessToken {
 public:
  explicit AccessToken(ServiceAccount account) : account_(std::move(account)) {}

  /// Throws base::Error when Google gives none.
  std::string get(QueryContext& query_context);

 private:
  ServiceAccount account_;
  std::mutex mutex_;
  std::string token_;
  base::WallTime end_{};
};

}  // namespace iter8::tasks::metrics::gcp
