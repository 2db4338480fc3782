#include "tasks/metrics/http_source.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/error.h"
#include "base/text.h"
#include "net/url.h"

namespace iter8::tasks::metrics {

using config::Fields;

namespace {

// A backend that never stops to give pages is left with what fits.
constexpr int kMostPages = 50;
constexpr std::size_t kMostBytes = 64 * 1024 * 1024;

}  // namespace

QueryResult HttpSource::query(const QueryInput& input, QueryContext& context) const {
  const web::Request first = build_request(input, context.directory);
  std::optional<web::Request> next = first;
  QueryResult result;
  int pages = 0;
  for (std::size_t bytes = 0; next && pages < kMostPages && bytes < kMostBytes; ++pages) {
    web::Request request = *std::exchange(next, std::nullopt);
    request.repeat = web::Repeat::always;  // a query changes nothing
    authorize(request, context);
    const std::string body = context.client.send_expecting_success(request, context.stop).body;
    bytes += body.size();
    QueryResult page = parse(body, context.stop);
    if (pages == 0)
      result = std::move(page);
    else
      append_page(result, std::move(page));
    next = next_page(first, body);
  }
  if (next) mark_partial(result, fmt::format("the answer has more pages than the {} that were read", pages));
  complete(result, input);
  return result;
}

std::vector<std::string> HttpSource::plan(const QueryInput& input) const {
  return web::plan_text(build_request(input, {}));
}

const Fields<TextQuery>& fields_of(const TextQuery*) {
  static const auto fields = Fields<TextQuery>{}.optional(
      "query", &TextQuery::query, "The query, in the backend's language; may be a template");
  return fields;
}

void require_text(const std::optional<TemplateText>& text, const char* key, const SourceLocation& location) {
  if (!text || base::trim(text->value.text()).empty()) location.report(fmt::format("missing key '{}'", key));
}

std::string render(const std::optional<TemplateText>& text, const QueryInput& input) {
  if (!text) return {};
  try {
    return std::string(base::trim(text->value.render(input.data)));
  } catch (const base::Error& error) {
    throw QueryError(error.what(), text->position);
  }
}

Selector render_selector(const std::optional<TemplateText>& text, const QueryInput& input) {
  const std::string selector = render(text, input);
  try {
    return parse_selector(selector);
  } catch (const base::Error& error) {
    throw QueryError(error.what(), text ? text->position : config::Position{});
  }
}

web::Request request_to(const std::optional<TemplateText>& url, const CallOptions& call,
                        const std::string& path, const QueryInput& input,
                        const std::filesystem::path& directory) {
  std::string text = render(url, input);
  while (text.ends_with('/') && !path.empty()) text.pop_back();
  text += path;
  std::string problem;
  if (!text.starts_with("http://") && !text.starts_with("https://"))
    problem = "expected one that begins with http:// or https://";
  else
    net::parse_url(text, problem);
  if (!problem.empty())
    throw QueryError("url '" + base::printable(text) + "': " + problem,
                     url ? url->position : config::Position{});
  web::Request request{.url = std::move(text)};
  apply_call(call, input.data, directory, request);
  return request;
}

std::string form_encode(const Parameters& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters)
    text += (text.empty() ? "" : "&") + base::percent_encoded(name) + "=" + base::percent_encoded(value);
  return text;
}

void add_parameters(web::Request& request, const Parameters& parameters) {
  if (parameters.empty()) return;
  request.url += (request.url.find('?') == std::string::npos ? "?" : "&") + form_encode(parameters);
}

void set_body(web::Request& request, std::string body, const std::string& type) {
  request.body = std::move(body);
  const bool typed = std::ranges::any_of(
      request.headers, [](const auto& header) { return base::lower(header.first) == "content-type"; });
  if (!typed) request.headers.emplace_back("Content-Type", type);
}

std::string unix_seconds(base::WallTime time) {
  const std::int64_t milliseconds = unix_milliseconds(time);
  if (milliseconds % 1000 == 0) return std::to_string(milliseconds / 1000);
  return fmt::format("{}.{:03}", milliseconds / 1000, milliseconds % 1000);
}

std::int64_t unix_milliseconds(base::WallTime time) {
  return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}

}  // namespace iter8::tasks::metrics
