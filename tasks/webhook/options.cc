#include "tasks/webhook/options.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "net/url.h"
#include "tasks/webhook/signature.h"

namespace iter8::tasks::webhook {

namespace {

using config::Node;
using config::Problems;

constexpr std::size_t kShortestKey = 16;

void check_url(const WebhookOptions& options, const Node&, Problems& problems) {
  std::string problem;
  const auto parsed = net::parse_url(options.url.value, problem);
  if (parsed && !parsed->socket_path.empty()) problem = "expected http or https";
  if (!problem.empty()) problems.error(options.url.position, "url: " + problem);
}

void check_secret(const WebhookOptions& options, const Node&, Problems& problems) {
  if (!options.secret) return;
  const auto key = signing_key(options.secret->value);
  if (!key) {
    problems.error(options.secret->position, "secret: found text after whsec_ that is not base64");
  } else if (key->empty()) {
    problems.error(options.secret->position, "secret is empty");
  } else if (key->size() < kShortestKey) {
    problems.warning(options.secret->position, "secret: fewer than 16 bytes are easily guessed");
  }
}

/// Receivers would get two values, and which one they check is theirs to say.
void check_headers(const WebhookOptions& options, const Node& node, Problems& problems) {
  constexpr std::array kOwn = {"webhook-id", "webhook-timestamp", "webhook-signature", "x-hub-signature-256"};
  for (const auto& [name, value] : options.call.headers)
    if (std::ranges::find(kOwn, base::lower(name)) != kOwn.end())
      problems.error(node.position, "headers: " + name + " is made by the task itself");
}

std::optional<std::string> method_objection(const std::string& method) {
  constexpr std::array kMethods = {"POST", "PUT", "PATCH"};
  if (std::ranges::find(kMethods, method) != kMethods.end()) return std::nullopt;
  return "must be POST, PUT or PATCH";
}

}  // namespace

const config::Fields<WebhookOptions>& fields_of(const WebhookOptions*) {
  static const auto fields =
      config::Fields<WebhookOptions>{}
          .required("url", &WebhookOptions::url, "Where the request goes")
          .optional("secret", &WebhookOptions::secret,
                    "What requests are signed with: whsec_ and base64, or any text")
          .optional("signatures", &WebhookOptions::signatures,
                    "How they are signed; standard: Standard Webhooks, github: X-Hub-Signature-256")
          .optional("method", &WebhookOptions::method, "HTTP method",
                    config::Check<std::string>{method_objection})
          .optional("payloadTemplate", &WebhookOptions::payload_template, "Template of the request's body")
          .shown_default("the event as JSON")
          .optional("softFailure", &WebhookOptions::soft_failure,
                    "A request that fails is a warning and not a failed task")
          .part(&WebhookOptions::call, config::fields_of<CallOptions>())
          .rule(check_url)
          .rule(check_secret)
          .rule(check_headers);
  return fields;
}

}  // namespace iter8::tasks::webhook
