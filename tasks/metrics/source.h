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
#include "web/client.h"

namespace iter8::tasks::metrics {

/// The time a query is about.
struct Window {
  base::WallTime start{};
  base::WallTime end{};

  base::Duration length() const { return end - start; }
};

/// What a query depends on: the data that its templates see (template_data() of query_plan.h) and the window.
struct QueryInput {
  const config::Value& data;
  Window window;
};

/// What a query may use while it runs. Belongs to one thread.
struct QueryContext {
  web::Client& client;
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

  /// The lines of --dry-run: what would be sent, masked by the caller.
  virtual std::vector<std::string> plan(const QueryInput& input) const = 0;
};

}  // namespace iter8::tasks::metrics
