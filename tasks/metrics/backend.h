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

/// A query that is one text.
struct TextQuery {
  std::optional<TemplateText> query;
};
const config::Fields<TextQuery>& fields_of(const TextQuery*);

/// Objects unless the text is there and not empty.
void expect_text(const std::optional<TemplateText>& text, const char* key, const SourceLocation& place);

/// The rendered text without white space around it; empty when it is absent.
std::string rendered(const std::optional<TemplateText>& text, const QueryInput& input);

/// A request to `path` (with its leading slash, or empty) below the backend's URL. Throws base::Error when
/// the URL is none.
web::Request request_to(const std::optional<TemplateText>& url, const CallOptions& call,
                        const std::string& path, const QueryInput& input,
                        const std::filesystem::path& directory);

/// "a=1&b=x%20y".
std::string form(const Parameters& parameters);

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
