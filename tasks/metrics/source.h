#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/environment.h"
#include "base/secrets.h"
#include "config/value/value.h"
#include "tasks/metrics/answer.h"
#include "web/client.h"

namespace iter8::tasks::metrics {

/// The time a query is about.
struct Window {
  base::WallTime start{};
  base::WallTime end{};

  base::Duration length() const { return end - start; }
};

/// What a query is asked about: the data its templates see (data.h) and the window.
struct QueryInput {
  const config::Value& data;
  Window window;
};

/// What a query may use while it is asked. Belongs to one thread.
struct QueryContext {
  web::Client& client;
  base::Clock& clock;
  base::Secrets& secrets;
  const base::Environment& environment;
  const std::filesystem::path& directory;  // relative paths start here
  std::stop_token stop;
};

/// The seam behind which every backend stands: one query, built and checked when the file was loaded, asked
/// any number of times and by any thread. Everything that is the same for all backends (versions, kinds,
/// windows, missing data) is done by whoever asks.
class Source {
 public:
  virtual ~Source() = default;

  /// The query as people know it, rendered: for the result and for messages.
  virtual std::string text(const QueryInput& input) const = 0;

  /// Throws base::Error when there is no answer: not reached, refused, not understood. An empty answer is an
  /// answer.
  virtual Answer ask(const QueryInput& input, QueryContext& query_context) const = 0;

  /// The lines of --dry-run: what would be sent, masked by the caller.
  virtual std::vector<std::string> plan(const QueryInput& input) const = 0;
};

/// A backend that is asked by one HTTP request.
class HttpSource : public Source {
 public:
  Answer ask(const QueryInput& input, QueryContext& query_context) const final;
  std::vector<std::string> plan(const QueryInput& input) const final;

 protected:
  virtual web::Request request(const QueryInput& input, const std::filesystem::path& directory) const = 0;
  /// Signs the request or gets a token for it; what a plan does not do.
  virtual void authorize(web::Request&, QueryContext&) const {}
  /// Of a response with a status from 200 to 299.
  virtual Answer answer(const std::string& body, const QueryInput& input,
                        const std::stop_token& stop) const = 0;
};

}  // namespace iter8::tasks::metrics
