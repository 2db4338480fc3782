#include "base/error.h"
#include "base/text.h"
#include "tasks/metrics/http_source.h"
#include "tasks/metrics/providers.h"
#include "tasks/metrics/response/jq_response.h"
#include "tasks/metrics/response/json.h"
#include "web/foreign_json.h"

namespace iter8::tasks::metrics::elasticsearch {

namespace {

constexpr const char* kAllHits = ".hits.total.value";

struct Options {
  std::optional<TemplateText> url;
  std::string api_key;
  CallOptions call;
};

struct Query {
  std::optional<TemplateText> index;
  std::optional<TemplateText> query;
  std::optional<config::Located<std::string>> jq;
};

const config::Fields<Options>& fields_of(const Options*) {
  static const auto fields =
      backend_fields<Options>().optional("apiKey", &Options::api_key, "API key, as Elasticsearch encodes it");
  return fields;
}

const config::Fields<Query>& fields_of(const Query*) {
  static const auto fields =
      config::Fields<Query>{}
          .optional("index", &Query::index, "Index, or several with commas and *; may be a template")
          .optional("query", &Query::query, "Body of the search, JSON; may be a template")
          .optional("jq", &Query::jq, "jq expression that makes the number of the answer")
          .shown_default(kAllHits);
  return fields;
}

/// A search of Elasticsearch or OpenSearch: its aggregations are the numbers.
class ElasticsearchSource final : public HttpSource {
 public:
  ElasticsearchSource(Options options, Query query, web::JqProgram jq)
      : options_(std::move(options)), query_(std::move(query)), jq_(std::move(jq)) {}

  std::string query_text(const QueryInput& input) const override {
    return render(query_.index, input) + " " + render(query_.query, input);
  }

 protected:
  web::Request build_request(const QueryInput& input, const std::filesystem::path& directory) const override {
    web::Request request = request_to(options_.url, options_.call,
                                      "/" + render(query_.index, input) + "/_search", input, directory);
    request.method = "POST";
    if (!options_.api_key.empty())
      request.headers.emplace_back("Authorization", "ApiKey " + options_.api_key);
    set_body(request, counting_all(render(query_.query, input)), "application/json");
    return request;
  }

  QueryResult parse(const std::string& body, const std::stop_token& stop) const override;

 private:
  std::string counting_all(const std::string& body) const;
  std::string partial_reason(const Json& json) const;
  bool selects(std::string_view word) const { return jq_text().find(word) != std::string::npos; }
  const std::string& jq_text() const { return query_.jq->value; }

  Options options_;
  Query query_;
  web::JqProgram jq_;
};

/// Without being told so, a search stops to count at 10 000 hits.
std::string ElasticsearchSource::counting_all(const std::string& body) const {
  if (jq_text() != kAllHits) return body;
  Json search = web::parse_foreign_json(body);
  if (!search.is_object() || search.contains("track_total_hits")) return body;
  search["track_total_hits"] = true;
  return search.dump();
}

/// What a search that succeeded leaves out, where the jq expression may use it.
std::string ElasticsearchSource::partial_reason(const Json& json) const {
  if (const Json* early = find(json, {"terminated_early"}); early != nullptr && *early == true)
    return "the search ended early, at terminate_after";
  const Json* relation = find(json, {"hits", "total", "relation"});
  if (selects("hits") && relation != nullptr && *relation == "gte")
    return "the search did not count all hits: say track_total_hits: true";
  const Json* aggregations = find(json, {"aggregations"});
  if (!selects("buckets") || aggregations == nullptr) return {};
  for (const auto& [name, aggregation] : aggregations->items()) {
    const Json* others = find(aggregation, {"sum_other_doc_count"});
    if (others != nullptr && *others != 0)
      return "the aggregation " + base::printable(name) + " has more buckets than its size";
    if (find(aggregation, {"after_key"}) != nullptr)
      return "the aggregation " + base::printable(name) + " may have more buckets on a further page";
  }
  return {};
}

/// A search that reached only a part of the data answers 200 like any other, and says so inside.
QueryResult ElasticsearchSource::parse(const std::string& body, const std::stop_token& stop) const {
  const Json json = parse_json(body);
  if (const Json* error = find(json, {"error"}))
    throw base::Error("the search failed: " + base::printable(error->dump()));
  if (const Json* late = find(json, {"timed_out"}); late != nullptr && *late == true)
    throw base::Error("the search timed out inside the cluster: the numbers are of a part of the data");
  if (const Json* failed = find(json, {"_shards", "failed"}); failed != nullptr && *failed != 0)
    throw base::Error("the search failed on " + failed->dump() +
                      " shards: the numbers are of a part of the data");
  QueryResult result = run_jq(jq_, body, stop);
  if (const std::string reason = partial_reason(json); !reason.empty()) mark_partial(result, reason);
  return result;
}

std::unique_ptr<Source> make_source(const Options& options, const Query& query,
                                    const SourceLocation& location) {
  require_text(options.url, "url", location);
  require_text(query.index, "index", location);
  require_text(query.query, "query", location);
  location.context.secrets.add(options.api_key);
  Query complete = query;
  if (!complete.jq) complete.jq = config::Located<std::string>{kAllHits, location.position};
  auto jq = compile_jq(complete.jq, location);
  if (!jq) return nullptr;
  return std::make_unique<ElasticsearchSource>(options, std::move(complete), std::move(*jq));
}

}  // namespace

Provider provider() {
  return make_provider<Options, Query>("elasticsearch", "Elasticsearch searches and aggregations",
                                       make_source);
}

Provider opensearch_provider() {
  return make_provider<Options, Query>("opensearch", "OpenSearch searches and aggregations", make_source);
}

}  // namespace iter8::tasks::metrics::elasticsearch
