#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/environment.h"
#include "base/secrets.h"
#include "config/value/value.h"
#include "tasks/metrics/response/query_result.h"
#include "tasks/metrics/response_cache.h"
#include "web/client.h"

namespace iter8::tasks::metrics {

/// The time a query is about.
struct Window {
  base::WallTime start{};
  base::WallTime end{};

  base::Duration length() const { return end - start; }
};

/// What Source::read_first() gave when it was called before the first task: a text, or why there is none.
struct EarlierReading {
  std::string text;
  std::string problem;
};

/// What a query depends on: the data that its templates see (template_data() of query_plan.h), the window,
/// and what it is for.
struct QueryInput {
  const config::Value& data;
  Window window;
  experiment::MetricKind kind = experiment::MetricKind::gauge;
  int attempt = 1;                        // from 1: with onNoData: retry, the same query is asked again
  const EarlierReading* first = nullptr;  // null where there was none
};

/// What a query may use while it runs. Belongs to one thread.
struct QueryContext {
  web::Client& client;
  ResponseCache& responses;  // of this collection
  base::Clock& clock;
  base::Secrets& secrets;
  const base::Environment& environment;
  const std::filesystem::path& directory;  // relative paths start here
  std::stop_token stop;
};

/// The seam behind which every backend stands: one query, built and checked when the file was loaded, run any
/// number of times and by any thread. Everything that is the same for all backends (versions, kinds, windows,
/// missing data) is done by whoever runs it: see collect.h.
class Source {
 public:
  virtual ~Source() = default;

  /// The rendered query as people know it: for the result and for messages.
  virtual std::string query_text(const QueryInput& input) const = 0;

  /// Blocks until the backend has answered. Throws base::Error when it did not: not reached, refused, not
  /// understood. A result without series is a result.
  virtual QueryResult query(const QueryInput& input, QueryContext& context) const = 0;

  /// Whether its series can have fields (count, total, mean, …), so that one query is enough for a kind of
  /// several numbers.
  virtual bool has_columns() const { return true; }

  /// Whether the query has to be asked before the first task as well, because it is about what has changed
  /// since.
  virtual bool is_read_first() const { return false; }
  /// Asks it then: what query() will get as QueryInput::first. Blocks and throws like query().
  virtual std::string read_first(const QueryInput& input, QueryContext& context) const {
    static_cast<void>(input);
    static_cast<void>(context);
    return {};
  }

  /// The lines of --dry-run: what would be sent, masked by the caller.
  virtual std::vector<std::string> plan(const QueryInput& input) const = 0;
};

}  // namespace iter8::tasks::metrics
