#include "tasks/web/call.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/text.h"

namespace iter8::tasks {

namespace {

using config::Fields;
using config::Node;
using config::Problems;

constexpr std::int64_t kMostAttempts = 20;

void check_auth(const CallAuth& auth, const Node& node, Problems& problems) {
  if (auth.bearer.empty() == auth.username.empty())
    problems.error(node.position, "auth: expected either username and password, or bearer");
}

void check_tls(const CallTls& tls, const Node& node, Problems& problems) {
  if (tls.cert.empty() != tls.key.empty())
    problems.error(node.position, "tls: a client certificate needs both cert and key");
}

bool has_header(const web::Headers& headers, const std::string& name) {
  return std::ranges::any_of(
      headers, [&](const auto& header) { return base::lower(header.first) == base::lower(name); });
}

void add_header(web::Request& request, const std::string& name, std::string value) {
  if (!has_header(request.headers, name)) request.headers.emplace_back(name, std::move(value));
}

}  // namespace

const Fields<CallAuth>& fields_of(const CallAuth*) {
  static const auto fields = Fields<CallAuth>{}
                                 .optional("username", &CallAuth::username, "User of basic authentication")
                                 .optional("password", &CallAuth::password, "Password of that user")
                                 .optional("bearer", &CallAuth::bearer, "Token of bearer authentication")
                                 .rule(check_auth);
  return fields;
}

const Fields<CallTls>& fields_of(const CallTls*) {
  static const auto fields =
      Fields<CallTls>{}
          .optional("ca", &CallTls::ca, "PEM file of certificates to trust instead of the system's")
          .optional("cert", &CallTls::cert, "PEM file of the client certificate")
          .optional("key", &CallTls::key, "PEM file of its key")
          .optional("insecure", &CallTls::insecure, "Do not verify the server's certificate")
          .rule(check_tls);
  return fields;
}

const Fields<CallRetry>& fields_of(const CallRetry*) {
  static const auto fields =
      Fields<CallRetry>{}
          .optional("attempts", &CallRetry::attempts, "Attempts of one call, the first included",
                    config::within(1, kMostAttempts))
          .optional("budget", &CallRetry::budget, "Time for all attempts and the waits between them",
                    config::longer_than_zero());
  return fields;
}

const Fields<CallOptions>& fields_of(const CallOptions*) {
  static const auto fields =
      Fields<CallOptions>{}
          .optional("headers", &CallOptions::headers, "Request headers; values may be templates")
          .optional("auth", &CallOptions::auth, "Credentials: username and password, or bearer")
          .optional("tls", &CallOptions::tls, "How https connections are secured")
          .optional("timeout", &CallOptions::timeout, "Time for one attempt of a call",
                    config::longer_than_zero())
          .optional("connectTimeout", &CallOptions::connect_timeout, "Time to connect",
                    config::longer_than_zero())
          .optional("retry", &CallOptions::retry,
                    "Further attempts after network errors and statuses 429 and 5xx");
  return fields;
}

void check_call(const CallOptions& options, const Node& with, experiment::BuildContext& context) {
  const std::array<std::pair<const char*, const std::string*>, 3> files = {
      {{"ca", &options.tls.ca}, {"cert", &options.tls.cert}, {"key", &options.tls.key}}};
  for (const auto& [name, file] : files) {
    const auto path = context.directory / *file;
    std::error_code error;
    if (file->empty() || std::filesystem::is_regular_file(path, error)) continue;
    const Node* tls = with.find("tls");
    context.problems.error(tls ? tls->position : with.position,
                           fmt::format("tls.{}: found no file {}", name, base::printable(path.string())));
  }
  if (!options.auth) return;
  context.secrets.add(options.auth->bearer);
  context.secrets.add(options.auth->password);
  if (!options.auth->username.empty())
    context.secrets.add(options.auth->username + ":" + options.auth->password);
}

void apply_call(const CallOptions& options, const config::Value& data, const std::filesystem::path& directory,
                web::Request& request) {
  for (const auto& [name, value] : options.headers) add_header(request, name, value.value.render(data));
  if (options.auth && !options.auth->bearer.empty())
    add_header(request, "Authorization", "Bearer " + options.auth->bearer);
  else if (options.auth)
    add_header(request, "Authorization",
               "Basic " + base::base64(options.auth->username + ":" + options.auth->password));

  const auto path = [&](const std::string& file) {
    return file.empty() ? file : (directory / file).string();
  };
  request.tls = {.ca = path(options.tls.ca),
                 .cert = path(options.tls.cert),
                 .key = path(options.tls.key),
                 .insecure = options.tls.insecure};
  request.timeout = options.timeout;
  request.connect_timeout = options.connect_timeout;
}

web::RetryPolicy retry_policy(const CallOptions& options) {
  return {.attempts = static_cast<int>(options.retry.attempts), .budget = options.retry.budget};
}

}  // namespace iter8::tasks
