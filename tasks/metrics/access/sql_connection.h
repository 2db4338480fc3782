#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "tasks/metrics/access/libpq.h"
#include "tasks/metrics/response/query_result.h"

namespace iter8::tasks::metrics::sql {

/// A connection to a PostgreSQL server for one query in a transaction that can only read. Every wait ends at
/// the deadline or with a stop. Not thread-safe.
class SqlConnection {
 public:
  /// `url` is postgresql://…; throws base::Error, without the password, when the server refuses or
  /// cannot be reached.
  SqlConnection(const std::string& url, base::Duration timeout, const std::stop_token& stop);

  /// The rows of a SELECT: numeric columns are numbers, a null is NaN, every column is a label. Throws
  /// base::Error with what the server says.
  QueryResult select(const std::string& query);

 private:
  using Result = std::unique_ptr<PGresult, decltype(&::PQclear)>;

  void connect();
  void wait(short events, const char* what);
  void cancel() const;
  Result last_result(const std::string& command);

  const PqLibrary& pq_;
  std::chrono::steady_clock::time_point deadline_;
  base::Duration timeout_;
  std::stop_token stop_;
  std::unique_ptr<PGconn, decltype(&::PQfinish)> connection_;
};

}  // namespace iter8::tasks::metrics::sql
