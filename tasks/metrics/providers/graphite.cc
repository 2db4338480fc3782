#include "base/error.h"
#include "base/text.h"
#include "tasks/metrics/backend.h"
#include "tasks/metrics/json.h"
#include "tasks/metrics/providers.h"

namespace iter8::tasks::metrics {

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

  std::string text(const QueryInput& input) const override { return rendered(query_.query, input); }

 protected:
  web::Request request(const QueryInput& input, const std::filesystem::path& directory) const override {
    web::Request request = request_to(options_.url, options_.call, "/render", input, directory);
    request.method = "POST";
    const auto seconds = [](base::WallTime time) { return std::to_string(unix_milliseconds(time) / 1000); };
    set_body(request,
             form({{"target", text(input)},
                   {"from", seconds(input.window.start)},
                   {"until", seconds(input.window.end)},
                   {"format", "json"}}),
             "application/x-www-form-urlencoded");
    return request;
  }

  Answer answer(const std::string& body, const QueryInput&, const std::stop_token&) const override {
    const Json json = json_of(body);
    if (!json.is_array())
      throw base::Error("expected a list of targets, found " + base::printable(json.dump(), 120));
    Answer answer;
    for (const Json& target : json) {
      Series series{.labels = {{"target", text_of(target, "target")}}};
      if (const Json* tags = find(target, {"tags"}); tags != nullptr && tags->is_object())
        for (const auto& [name, value] : tags->items())
          series.labels.emplace_back(name, value.is_string() ? value.get<std::string>() : value.dump());
      for (const Json& point : at(target, {"datapoints"})) {
        if (!point.is_array() || point.size() != 2) throw base::Error("a data point is no pair");
        if (!point[0].is_null())
          series.points.push_back(
              {.value = expect_number(point[0]), .time = time_of_seconds(expect_number(point[1]))});
      }
      answer.series.push_back(std::move(series));
    }
    return answer;
  }

 private:
  Options options_;
  TextQuery query_;
};

std::unique_ptr<Source> make(const Options& options, const TextQuery& query, const SourceLocation& place) {
  expect_text(options.url, "url", place);
  expect_text(query.query, "query", place);
  return std::make_unique<GraphiteSource>(options, query);
}

}  // namespace

Provider graphite_provider() {
  return provider<Options, TextQuery>("graphite", "Graphite's render API", make);
}

}  // namespace iter8::tasks::metrics
