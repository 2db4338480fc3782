#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "tasks/metrics/http_source.h"
#include "tasks/metrics/providers.h"
#include "tasks/metrics/response/jq_response.h"

namespace iter8::tasks::metrics::rest {

namespace {

using TemplateMap = std::vector<std::pair<std::string, TemplateText>>;

struct Options {
  std::optional<TemplateText> url;
  CallOptions call;
};

struct Query {
  static constexpr std::string_view kMain = "jq";

  std::string method;
  std::optional<TemplateText> path;
  TemplateMap params;
  std::optional<TemplateText> body;
  std::optional<config::Located<std::string>> jq;
};

const config::Fields<Options>& fields_of(const Options*) {
  static const auto fields = backend_fields<Options>();
  return fields;
}

const config::Fields<Query>& fields_of(const Query*) {
  static const auto fields =
      config::Fields<Query>{}
          .optional("method", &Query::method, "HTTP method")
          .shown_default("GET; POST when there is a body")
          .optional("path", &Query::path, "Appended to the URL; may be a template")
          .optional("params", &Query::params, "Parameters of the URL's query; values may be templates")
          .optional("body", &Query::body, "Body of the request; may be a template")
          .optional("jq", &Query::jq, "jq expression that makes the number, or an object with named numbers")
          .alias("jqExpression");
  return fields;
}

/// Any HTTP API that answers JSON.
class RestSource final : public HttpSource {
 public:
  RestSource(Options options, Query query, web::JqProgram jq)
      : options_(std::move(options)), query_(std::move(query)), jq_(std::move(jq)) {}

  std::string query_text(const QueryInput& input) const override {
    const web::Request request = build_request(input, {});
    return request.method + " " + request.url + (request.body.empty() ? "" : " " + request.body) + " | jq " +
           query_.jq->value;
  }

 protected:
  web::Request build_request(const QueryInput& input, const std::filesystem::path& directory) const override {
    web::Request request =
        request_to(options_.url, options_.call, render(query_.path, input), input, directory);
    Parameters parameters;
    for (const auto& [name, value] : query_.params) parameters.emplace_back(name, render(value, input));
    add_parameters(request, parameters);
    if (query_.body) set_body(request, query_.body->value.render(input.data), "application/json");
    if (!query_.method.empty())
      request.method = query_.method;
    else if (query_.body)
      request.method = "POST";
    return request;
  }

  QueryResult parse(const std::string& body, const std::stop_token& stop) const override {
    return run_jq(jq_, body, stop);
  }

 private:
  Options options_;
  Query query_;
  web::JqProgram jq_;
};

std::unique_ptr<Source> make_source(const Options& options, const Query& query,
                                    const SourceLocation& location) {
  require_text(options.url, "url", location);
  std::optional<web::JqProgram> jq = compile_jq(query.jq, location);
  if (!jq) return nullptr;
  return std::make_unique<RestSource>(options, query, std::move(*jq));
}

}  // namespace

Provider provider() {
  return make_provider<Options, Query>("rest", "Any HTTP API that answers JSON, read with jq", make_source);
}

}  // namespace iter8::tasks::metrics::rest
