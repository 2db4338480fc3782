#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/options/fields.h"
#include "config/options/located.h"
#include "config/template/template.h"
#include "experiment/catalog.h"
#include "web/client.h"

namespace iter8::tasks {

using HeaderTemplates = std::vector<std::pair<std::string, config::Located<config::Template>>>;

/// Who calls: a user with a password, or the bearer of a token.
struct CallAuth {
  std::string username;
  std::string password;
  std::string bearer;
};

struct CallTls {
  std::string ca;
  std::string cert;
  std::string key;
  bool insecure = false;
};

struct CallRetry {
  std::int64_t attempts = 3;
  base::Duration budget = std::chrono::seconds(30);
};

/// The options of every task that calls an HTTP API: headers, auth, tls, timeout, connectTimeout and retry. A
/// task takes them in with `.part(&MyOptions::call, config::fields_of<CallOptions>())`.
struct CallOptions {
  HeaderTemplates headers;
  std::optional<CallAuth> auth;
  CallTls tls;
  base::Duration timeout = std::chrono::seconds(30);
  base::Duration connect_timeout = std::chrono::seconds(5);
  CallRetry retry;
};

const config::Fields<CallAuth>& fields_of(const CallAuth*);
const config::Fields<CallTls>& fields_of(const CallTls*);
const config::Fields<CallRetry>& fields_of(const CallRetry*);
const config::Fields<CallOptions>& fields_of(const CallOptions*);

/// For the build of a task: reports files of `tls` that are not there, and makes the credentials secrets.
void check_call(const CallOptions& options, const config::Node& with, experiment::BuildContext& context);

/// A request with the options applied: rendered headers, credentials, TLS files relative to `directory`,
/// timeouts. A header of the same name that `request` has already is kept. Throws base::Error when a header
/// cannot be rendered.
void apply_call(const CallOptions& options, const config::Value& data, const std::filesystem::path& directory,
                web::Request& request);

web::RetryPolicy retry_policy(const CallOptions& options);

}  // namespace iter8::tasks
