#include "base/error.h"
#include "base/text.h"
#include "tasks/metrics/backend.h"
#include "tasks/metrics/providers.h"
#include "tasks/metrics/providers/gcp_token.h"
#include "tasks/metrics/providers/prometheus_answer.h"

namespace iter8::tasks::metrics {

namespace {

struct Options {
  std::optional<TemplateText> url;
  std::string project;
  std::string credentials;
  CallOptions call;
};

const config::Fields<Options>& fields_of(const Options*) {
  static const auto fields =
      backend_fields<Options>()
          .optional("project", &Options::project, "Google Cloud project")
          .shown_default("GOOGLE_CLOUD_PROJECT")
          .optional(
              "credentials", &Options::credentials,
              "Key file of a service account; without it and without auth, GOOGLE_APPLICATION_CREDENTIALS");
  return fields;
}

/// Google Cloud Monitoring, asked in PromQL. The identity is a service account's, or a bearer token that an
/// earlier step of the pipeline got (`auth: {bearer: …}`).
class GcpSource final : public HttpSource {
 public:
  GcpSource(Options options, TextQuery query, std::unique_ptr<GcpToken> token)
      : options_(std::move(options)), query_(std::move(query)), token_(std::move(token)) {}

  std::string text(const QueryInput& input) const override { return rendered(query_.query, input); }

 protected:
  web::Request request(const QueryInput& input, const std::filesystem::path& directory) const override {
    web::Request request = request_to(
        options_.url, options_.call,
        "/v1/projects/" + options_.project + "/location/global/prometheus/api/v1/query", input, directory);
    request.method = "POST";
    set_body(request, form({{"query", text(input)}, {"time", unix_seconds(input.window.end)}}),
             "application/x-www-form-urlencoded");
    return request;
  }

  void authorize(web::Request& request, QueryContext& query_context) const override {
    if (token_) request.headers.emplace_back("Authorization", "Bearer " + token_->get(query_context));
  }

  Answer answer(const std::string& body, const QueryInput&, const std::stop_token&) const override {
    return prometheus_answer(body);
  }

 private:
  Options options_;
  TextQuery query_;
  std::unique_ptr<GcpToken> token_;  // null = the call's own credentials
};

std::unique_ptr<Source> make(const Options& options, const TextQuery& query, const SourceLocation& place) {
  expect_text(query.query, "query", place);
  const base::Environment& environment = place.context.environment;
  Options complete = options;
  if (complete.project.empty()) complete.project = environment.get("GOOGLE_CLOUD_PROJECT").value_or("");
  if (complete.project.empty()) place.object("missing key 'project', and GOOGLE_CLOUD_PROJECT is not set");
  if (!complete.url)
    complete.url = TemplateText{config::Template::literal("https://monitoring.googleapis.com"), {}};
  if (options.call.auth) return std::make_unique<GcpSource>(std::move(complete), query, nullptr);

  const std::string file = !options.credentials.empty()
                               ? (place.context.directory / options.credentials).string()
                               : environment.get("GOOGLE_APPLICATION_CREDENTIALS").value_or("");
  if (file.empty()) {
    place.object(
        "no Google credentials: give 'credentials' or 'auth', or set GOOGLE_APPLICATION_CREDENTIALS");
    return nullptr;
  }
  try {
    ServiceAccount account = read_service_account(file);
    place.context.secrets.add(account.private_key);
    return std::make_unique<GcpSource>(std::move(complete), query,
                                       std::make_unique<GcpToken>(std::move(account)));
  } catch (const base::Error& error) {
    place.object(error.what());
    return nullptr;
  }
}

}  // namespace

Provider gcp_provider() {
  return provider<Options, TextQuery>("gcp", "Google Cloud Monitoring, in PromQL", make);
}

}  // namespace iter8::tasks::metrics
