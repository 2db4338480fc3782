#include "base/error.h"
#include "base/text.h"
#include "tasks/metrics/access/gcp_token.h"
#include "tasks/metrics/http_source.h"
#include "tasks/metrics/providers.h"
#include "tasks/metrics/response/prometheus_response.h"

namespace iter8::tasks::metrics::gcp {

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
  GcpSource(Options options, TextQuery query, std::unique_ptr<AccessToken> token)
      : options_(std::move(options)), query_(std::move(query)), token_(std::move(token)) {}

  std::string query_text(const QueryInput& input) const override { return render(query_.query, input); }
  bool has_columns() const override { return false; }

 protected:
  web::Request build_request(const QueryInput& input, const std::filesystem::path& directory) const override {
    web::Request request = request_to(
        options_.url, options_.call,
        "/v1/projects/" + options_.project + "/location/global/prometheus/api/v1/query", input, directory);
    request.method = "POST";
    set_body(request, form_encode({{"query", query_text(input)}, {"time", unix_seconds(input.window.end)}}),
             "application/x-www-form-urlencoded");
    return request;
  }

  void authorize(web::Request& request, QueryContext& query_context) const override {
    if (token_) request.headers.emplace_back("Authorization", "Bearer " + token_->get(query_context));
  }

  QueryResult parse(const std::string& body, const std::stop_token&) const override {
    return prometheus::parse_response(body);
  }

 private:
  Options options_;
  TextQuery query_;
  std::unique_ptr<AccessToken> token_;  // null = the call's own credentials
};

std::unique_ptr<Source> make_source(const Options& options, const TextQuery& query,
                                    const SourceLocation& location) {
  require_text(query.query, "query", location);
  const base::Environment& environment = location.context.environment;
  Options complete = options;
  if (complete.project.empty()) complete.project = environment.get("GOOGLE_CLOUD_PROJECT").value_or("");
  if (complete.project.empty()) location.report("missing key 'project', and GOOGLE_CLOUD_PROJECT is not set");
  if (!complete.url)
    complete.url = TemplateText{config::Template::literal("https://monitoring.googleapis.com"), {}};
  if (options.call.auth) return std::make_unique<GcpSource>(std::move(complete), query, nullptr);

  const std::string file = !options.credentials.empty()
                               ? (location.context.directory / options.credentials).string()
                               : environment.get("GOOGLE_APPLICATION_CREDENTIALS").value_or("");
  if (file.empty()) {
    location.report(
        "no Google credentials: give 'credentials' or 'auth', or set GOOGLE_APPLICATION_CREDENTIALS");
    return nullptr;
  }
  try {
    ServiceAccount account = read_service_account(file);
    location.context.secrets.add(account.private_key);
    return std::make_unique<GcpSource>(std::move(complete), query,
                                       std::make_unique<AccessToken>(std::move(account)));
  } catch (const base::Error& error) {
    location.report(error.what());
    return nullptr;
  }
}

}  // namespace

Provider provider() {
  return make_provider<Options, TextQuery>("gcp", "Google Cloud Monitoring, in PromQL", make_source);
}

}  // namespace iter8::tasks::metrics::gcp
