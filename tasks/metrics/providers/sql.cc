#include "base/error.h"
#include "base/host_policy.h"
#include "base/text.h"
#include "tasks/metrics/access/sql_address.h"
#include "tasks/metrics/access/sql_connection.h"
#include "tasks/metrics/http_source.h"
#include "tasks/metrics/providers.h"

namespace iter8::tasks::metrics::sql {

namespace {

struct Options {
  std::optional<TemplateText> url;
  base::Duration timeout = std::chrono::seconds(30);
};

const config::Fields<Options>& fields_of(const Options*) {
  static const auto fields =
      config::Fields<Options>{}
          .optional("url", &Options::url, "postgresql://USER:PASSWORD@HOST/DATABASE; may be a template")
          .optional("timeout", &Options::timeout,
                    "Time to connect and for the query, also told to the server", config::longer_than_zero());
  return fields;
}

bool is_database_url(const std::string& text) {
  return text.starts_with("postgresql://") || text.starts_with("postgres://");
}

/// "secret" of postgresql://user:secret@host/database.
std::string password_in(const std::string& url) {
  const std::size_t begin = url.find("://") + 3;
  const std::size_t at = url.substr(0, url.find('/', begin)).rfind('@');
  const std::size_t colon = url.find(':', begin);
  if (at == std::string::npos || colon == std::string::npos || colon > at) return {};
  return url.substr(colon + 1, at - colon - 1);
}

/// PostgreSQL, in a transaction that can only read.
class SqlSource final : public Source {
 public:
  SqlSource(Options options, TextQuery query) : options_(std::move(options)), query_(std::move(query)) {}

  std::string query_text(const QueryInput& input) const override { return render(query_.query, input); }

  QueryResult query(const QueryInput& input, QueryContext& context) const override {
    const std::string url = url_for(input);
    context.secrets.add(password_in(url));
    return SqlConnection(
               with_addresses(url, base::HostPolicy::of(context.environment), options_.timeout, context.stop),
               options_.timeout, context.stop)
        .select(query_text(input));
  }

  std::vector<std::string> plan(const QueryInput& input) const override {
    std::string url = url_for(input);
    const std::string password = password_in(url);
    if (!password.empty()) url = base::replace_all(url, ":" + password + "@", ":***@");
    return {"asks " + base::printable(url)};
  }

 private:
  std::string url_for(const QueryInput& input) const {
    std::string url = render(options_.url, input);
    if (!is_database_url(url)) throw base::Error("url: expected postgresql://USER:PASSWORD@HOST/DATABASE");
    return url;
  }

  Options options_;
  TextQuery query_;
};

std::unique_ptr<Source> make_source(const Options& options, const TextQuery& query,
                                    const SourceLocation& location) {
  require_text(options.url, "url", location);
  require_text(query.query, "query", location);
  if (options.url && options.url->value.is_constant())
    location.context.secrets.add(password_in(options.url->value.text()));
  return std::make_unique<SqlSource>(options, query);
}

}  // namespace

Provider provider() {
  return make_provider<Options, TextQuery>("sql", "PostgreSQL", make_source);
}

}  // namespace iter8::tasks::metrics::sql
