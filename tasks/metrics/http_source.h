#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/options/located.h"
#include "config/template/template.h"
#include "tasks/metrics/provider.h"
#include "tasks/metrics/response/selector.h"
#include "tasks/metrics/source.h"
#include "tasks/web/call.h"

namespace iter8::tasks::metrics {

using TemplateText = config::Located<config::Template>;
using Parameters = std::vector<std::pair<std::string, std::string>>;

/// Where a backend is and how it is called: the members `url` and `call` of most providers' options.
template <typename Options>
config::Fields<Options> backend_fields() {
  config::Fields<Options> fields;
  fields.optional("url", &Options::url, "URL of the backend; may be a template")
      .part(&Options::call, config::fields_of<CallOptions>());
  return fields;
}

enum class Verb { post, get };

/// A source that sends one HTTP request for each query, and one for each further page of its response, up to
/// a bound. A provider says what is in the request and what the response means.
class HttpSource : public Source {
 public:
  QueryResult query(const QueryInput& input, QueryContext& context) const final;
  std::vector<std::string> plan(const QueryInput& input) const final;

 protected:
  virtual web::Request build_request(const QueryInput& input,
                                     const std::filesystem::path& directory) const = 0;
  /// Signs the request or gets a token for it; a plan does neither.
  virtual void authorize(web::Request&, QueryContext&) const {}
  /// Reads the body of a response with a status from 200 to 299. Throws base::Error when it is not what the
  /// backend documents, or reports an error.
  virtual QueryResult parse(const std::string& body, const std::stop_token& stop) const = 0;
  /// Where the response says that it has a further page, the request for that page; nothing after the last
  /// one.
  virtual std::optional<web::Request> next_page(const web::Request&, const std::string& body) const {
    static_cast<void>(body);
    return std::nullopt;
  }
  /// Called once, after the last page.
  virtual void complete(QueryResult& result, const QueryInput& input) const {
    static_cast<void>(result);
    static_cast<void>(input);
  }
};

/// A query that is one text.
struct TextQuery {
  std::optional<TemplateText> query;
};
const config::Fields<TextQuery>& fields_of(const TextQuery*);

/// Reports a missing key unless the text is there and not empty.
void require_text(const std::optional<TemplateText>& text, const char* key, const SourceLocation& location);

/// The rendered text without white space around it; empty when it is absent. Throws QueryError when it cannot
/// be rendered.
std::string render(const std::optional<TemplateText>& text, const QueryInput& input);

/// The rendered text as a selector of samples. Throws QueryError when it is none.
Selector render_selector(const std::optional<TemplateText>& text, const QueryInput& input);

/// A request to `path` (with its leading slash, or empty) below the backend's URL. Throws QueryError when
/// the rendered URL is not one of http or https.
web::Request request_to(const std::optional<TemplateText>& url, const CallOptions& call,
                        const std::string& path, const QueryInput& input,
                        const std::filesystem::path& directory);

/// "a=1&b=x%20y", for a URL's query or a body of type application/x-www-form-urlencoded.
std::string form_encode(const Parameters& parameters);

/// Adds the parameters to the URL's query.
void add_parameters(web::Request& request, const Parameters& parameters);

/// Gives the request a body and says what it is.
void set_body(web::Request& request, std::string body, const std::string& type);

/// Seconds since 1970, with milliseconds where there are any.
std::string unix_seconds(base::WallTime time);
std::int64_t unix_milliseconds(base::WallTime time);

}  // namespace iter8::tasks::metrics

namespace iter8::config {

template <>
struct Choices<tasks::metrics::Verb> {
  static constexpr std::array names{std::pair{"POST", tasks::metrics::Verb::post},
                                    std::pair{"GET", tasks::metrics::Verb::get}};
};

}  // namespace iter8::config
