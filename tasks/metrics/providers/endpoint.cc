#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"
#include "tasks/metrics/http_source.h"
#include "tasks/metrics/providers.h"
#include "tasks/metrics/response/jq_response.h"
#include "tasks/metrics/response/openmetrics.h"
#include "tasks/metrics/response/reading.h"

// What the application itself says, at its own address: one page, read before the first task and again when
// the task runs. What counts is by how much its counters and histograms grew in between.

namespace iter8::tasks::metrics::endpoint {

namespace {

constexpr const char* kUsualUrl = "{{ .version.url }}";
constexpr const char* kUsualPath = "/metrics";

enum class Take { value, increase, rate };

struct Options {
  std::optional<TemplateText> url;
  CallOptions call;
};

struct Query {
  std::optional<TemplateText> url;
  std::optional<TemplateText> query;
  std::optional<config::Located<std::string>> jq;
  std::optional<config::Located<Take>> take;
};

const config::Fields<Options>& fields_of(const Options*) {
  static const auto fields =
      config::Fields<Options>{}
          .optional("url", &Options::url, "Page with the metrics of a version; may be a template")
          .shown_default("the url of the version, and /metrics behind it")
          .part(&Options::call, config::fields_of<CallOptions>());
  return fields;
}

bool grows(const Reading& reading, const std::string& name) {
  if (reading.type == "summary") return name.ends_with("_sum") || name.ends_with("_count");
  if (reading.type.empty() || reading.type == "unknown" || reading.type == "untyped")
    return name.ends_with("_total");
  return reading.type == "counter" || reading.type == "histogram";
}

/// Without take, the kind of the metric and the type that the application gives it decide.
Take usual_take(experiment::MetricKind kind, const Reading& reading, const std::string& name) {
  using enum experiment::MetricKind;
  if (reading.type == "gaugehistogram") return Take::value;
  if (kind == counter || kind == proportion || kind == histogram) return Take::increase;
  return kind == gauge && grows(reading, name) ? Take::rate : Take::value;
}

/// Where the application says it.
struct Page {
  TemplateText url;
  std::string path;  // behind the URL
  CallOptions call;
};

class EndpointSource final : public Source {
 public:
  EndpointSource(Page page, Query query, std::optional<web::JqProgram> jq)
      : page_(std::move(page)), query_(std::move(query)), jq_(std::move(jq)) {}

  std::string query_text(const QueryInput& input) const override {
    return build_request(input, {}).url + (jq_ ? " | jq " + query_.jq->value : ": " + selector_text(input));
  }

  bool has_columns() const override { return jq_.has_value(); }

  bool is_read_first() const override { return !query_.take || query_.take->value != Take::value; }

  std::string read_first(const QueryInput& input, QueryContext& context) const override {
    const Reading reading = read(input, context);
    if (take_of(input, reading) != Take::value) expect_one_number(reading);
    return to_text(reading);
  }

  QueryResult query(const QueryInput& input, QueryContext& context) const override {
    Reading last = read(input, context);
    const Take take = take_of(input, last);
    if (take == Take::value) return {.series = std::move(last.series), .warnings = {}};
    expect_one_number(last);
    const Reading first = first_reading(input);
    QueryResult result = growth(first, last);
    if (input.kind == experiment::MetricKind::histogram && last.series.empty()) result.series.clear();
    if (take == Take::rate) divide(result, base::to_seconds(last.time - first.time));
    return result;
  }

  std::vector<std::string> plan(const QueryInput& input) const override {
    if (!jq_) selector(input);
    std::vector<std::string> lines = web::plan_text(build_request(input, {}));
    if (is_read_first()) lines.emplace_back("  before the first task, and again when the task runs");
    return lines;
  }

 private:
  Take take_of(const QueryInput& input, const Reading& reading) const {
    if (query_.take) return query_.take->value;
    return usual_take(input.kind, reading, jq_ ? std::string() : selector(input).name);
  }

  std::string selector_text(const QueryInput& input) const { return render(query_.query, input); }
  Selector selector(const QueryInput& input) const { return render_selector(query_.query, input); }

  web::Request build_request(const QueryInput& input, const std::filesystem::path& directory) const {
    web::Request request = request_to(page_.url, page_.call, page_.path, input, directory);
    const bool says_type = std::ranges::any_of(
        request.headers, [](const auto& header) { return base::lower(header.first) == "accept"; });
    if (!says_type)
      request.headers.emplace_back("Accept",
                                   jq_ ? "application/json" : "text/plain;version=0.0.4, */*;q=0.5");
    request.repeat = web::Repeat::always;
    return request;
  }

  Reading read(const QueryInput& input, QueryContext& context) const {
    const web::Request request = build_request(input, context.directory);
    std::string key = std::to_string(input.attempt) + " " + request.url;  // of whoever gets the same answer
    for (const auto& [name, value] : request.headers) key += "\n" + name + ": " + value;
    const std::string body = context.responses.get(
        key, [&] { return context.client.send_expecting_success(request, context.stop).body; });
    Reading reading;
    if (jq_)
      reading.series = series_of(run_jq(*jq_, body, context.stop));
    else
      reading = read_exposition(body, selector(input), context.stop);
    reading.time = context.clock.wall();
    return reading;
  }

  /// Objects have their numbers among their labels, which change from one reading to the next.
  static std::vector<Series> series_of(QueryResult result) {
    std::vector<Series> all = std::move(result.series);
    std::set<std::string> numbers = {"value"};
    for (const Series& series : all) numbers.insert(series.field);
    for (Series& series : all)
      std::erase_if(series.labels, [&](const auto& label) { return numbers.contains(label.first); });
    return all;
  }

  /// Which of several numbers grew into which cannot be known.
  static void expect_one_number(const Reading& reading) {
    for (const Series& series : reading.series)
      if (series.points.size() > 1)
        throw base::Error(
            fmt::format("jq: {} numbers where one is expected; add them up in the expression, or "
                        "make objects with labels of them",
                        series.points.size()));
  }

  static Reading first_reading(const QueryInput& input) {
    if (input.first == nullptr)
      throw base::Error("there is no first reading to compare with: take: value needs none");
    if (!input.first->problem.empty())
      throw base::Error("the first reading, before the first task, failed: " + input.first->problem);
    return parse_reading(input.first->text);
  }

  static void divide(QueryResult& result, double seconds) {
    if (seconds <= 0) throw base::Error("no time has passed since the first reading");
    for (Series& series : result.series)
      for (Point& point : series.points) point.value /= seconds;
  }

  Page page_;
  Query query_;
  std::optional<web::JqProgram> jq_;
};

}  // namespace

}  // namespace iter8::tasks::metrics::endpoint

namespace iter8::config {

template <>
struct Choices<tasks::metrics::endpoint::Take> {
  using enum tasks::metrics::endpoint::Take;
  static constexpr std::array names{std::pair{"value", value}, std::pair{"increase", increase},
                                    std::pair{"rate", rate}};
};

}  // namespace iter8::config

namespace iter8::tasks::metrics::endpoint {

namespace {

const config::Fields<Query>& fields_of(const Query*) {
  static const auto fields =
      config::Fields<Query>{}
          .optional("url", &Query::url, "The metric's own page instead of the task's; may be a template")
          .optional("query", &Query::query,
                    "Metric and labels of Prometheus's text, name{label=\"value\", other=~\"a|b\"}; may be a "
                    "template")
          .optional("jq", &Query::jq, "Of a page that is JSON: jq expression that makes the number")
          .optional(
              "take", &Query::take,
              "The value as it is, its increase since before the first task, or that per second (not of "
              "what is counted: counter, proportion, summary and histogram)")
          .shown_default(
              "increase for counter, proportion and histogram; rate for a gauge of a counter; "
              "otherwise value");
  return fields;
}

/// Counts are evidence, by how many there are; a rate is none.
void check_take(const Query& query, const SourceLocation& location) {
  using enum experiment::MetricKind;
  const bool is_count = location.kind != gauge && location.kind != samples;
  if (!is_count || !query.take || query.take->value != Take::rate) return;
  location.context.problems.error(query.take->position, "take: expected increase or value for kind: " +
                                                            std::string(experiment::to_text(location.kind)) +
                                                            ", found rate");
}

std::unique_ptr<Source> make_source(const Options& options, const Query& query,
                                    const SourceLocation& location) {
  if (query.query.has_value() == query.jq.has_value()) {
    location.report(query.jq ? "both query and jq; expected one of them" : "missing key 'query'");
    return nullptr;
  }
  check_take(query, location);
  std::optional<web::JqProgram> jq;
  if (query.jq) {
    jq = compile_jq(query.jq, location);
    if (!jq) return nullptr;
  }
  std::optional<TemplateText> url = query.url ? query.url : options.url;
  const bool is_usual = !url;
  if (is_usual) {
    const auto usual = config::Template::parse(kUsualUrl, location.position, location.context.problems);
    url = TemplateText{usual.value_or(config::Template()), location.position};
  }
  return std::make_unique<EndpointSource>(Page{*url, is_usual ? kUsualPath : "", options.call}, query,
                                          std::move(jq));
}

}  // namespace

Provider provider() {
  return make_provider<Options, Query>(
      "endpoint", "The application's own metrics page, in Prometheus's text format or JSON", make_source);
}

}  // namespace iter8::tasks::metrics::endpoint
