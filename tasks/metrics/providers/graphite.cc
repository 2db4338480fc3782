#include "base/error.h"
#include "base/text.h"
#include "tasks/metrics/http_source.h"
#include "tasks/metrics/providers.h"
#include "tasks/metrics/response/json.h"

namespace iter8::tasks::metrics::graphite {

namespace {

struct Options {
  std::optional<TemplateText> url;
  CallOptions call;
};

const config::Fields<Options>& fields_of(const Options*) {
  static const auto fields = backend_fields<Options>();
  return fields;
}

/// Graphite's render API. Points without a value are ones that nobody measured, and are left out.
class GraphiteSource final : public HttpSource {
 public:
  GraphiteSource(Options options, TextQuery query) : options_(std::move(options)), query_(std::move(query)) {}

  std::string query_text(const QueryInput& input) const override { return render(query_.query, input); }
  bool has_columns() const override { return false; }

 protected:
  web::Request build_request(const QueryInput& input, const std::filesystem::path& directory) const override {
    web::Request request = request_to(options_.url, options_.call, "/render", input, directory);
    request.method = "POST";
    const auto seconds = [](base::WallTime time) { return std::to_string(unix_milliseconds(time) / 1000); };
    set_body(request,
             form_encode({{"target", query_text(input)},
                          {"from", seconds(input.window.start)},
                          {"until", seconds(input.window.end)},
                          {"format", "json"}}),
             "application/x-www-form-urlencoded");
    return request;
  }

  QueryResult parse(const std::string& body, const std::stop_token&) const override {
    const Json json = parse_json(body);
    if (!json.is_array())
      throw base::Error("expected a list of targets, found " + base::printable(json.dump(), 120));
    QueryResult result;
    for (const Json& target : json) {
      Series series{.labels = {{"target", text_of(target, "target")}}};
      if (const Json* tags = find(target, {"tags"}); tags != nullptr && tags->is_object())
        for (const auto& [name, value] : tags->items())
          series.labels.emplace_back(name, value.is_string() ? value.get<std::string>() : value.dump());
      for (const Json& point : at(target, {"datapoints"})) {
        if (!point.is_array() || point.size() != 2)
          throw base::Error("a data point is not a pair of value and time");
        if (!point[0].is_null())
          series.points.push_back(
              {.value = expect_number(point[0]), .time = time_of_seconds(expect_number(point[1]))});
      }
      result.series.push_back(std::move(series));
    }
    return result;
  }

 private:
  Options options_;
  TextQuery query_;
};

std::unique_ptr<Source> make_source(const Options& options, const TextQuery& query,
                                    const SourceLocation& location) {
  require_text(options.url, "url", location);
  require_text(query.query, "query", location);
  return std::make_unique<GraphiteSource>(options, query);
}

}  // namespace

Provider provider() {
  return make_provider<Options, TextQuery>("graphite", "Graphite's render API", make_source);
}

}  // namespace iter8::tasks::metrics::graphite
