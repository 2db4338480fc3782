#include "tasks/metrics/access/sql_connection.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <poll.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"
#include "tasks/metrics/response/json.h"
#include "tasks/metrics/response/query_result.h"

namespace iter8::tasks::metrics::sql {

namespace {

constexpr int kMostRows = 100'000;

/// int8, int2, int4, oid, float4, float8, numeric: the types of PostgreSQL's catalogue that are numbers.
bool is_numeric(Oid type) {
  constexpr std::array<Oid, 7> numeric = {20, 21, 23, 26, 700, 701, 1700};
  return std::ranges::find(numeric, type) != numeric.end();
}

/// "ERROR:  relation \"x\" does not exist" of a message of several lines.
std::string first_line(const char* message) {
  const std::string_view text = base::trim(message);
  return base::printable(text.substr(0, text.find('\n')));
}

}  // namespace

SqlConnection::SqlConnection(const std::string& url, base::Duration timeout, const std::stop_token& stop)
    : pq_(PqLibrary::get()),
      deadline_(std::chrono::steady_clock::now() + timeout),
      timeout_(timeout),
      stop_(stop),
      connection_(pq_.PQconnectStart(url.c_str()), pq_.PQfinish) {
  if (!connection_) throw base::Error("out of memory for a connection");
  connect();
}

void SqlConnection::connect() {
  if (pq_.PQstatus(connection_.get()) == CONNECTION_BAD)
    throw base::Error("cannot connect: " + first_line(pq_.PQerrorMessage(connection_.get())));
  for (PostgresPollingStatusType state = PGRES_POLLING_WRITING; state != PGRES_POLLING_OK;
       state = pq_.PQconnectPoll(connection_.get())) {
    if (state == PGRES_POLLING_FAILED)
      throw base::Error("cannot connect: " + first_line(pq_.PQerrorMessage(connection_.get())));
    wait(state == PGRES_POLLING_READING ? POLLIN : POLLOUT, "connect");
  }
}

void SqlConnection::wait(short events, const char* what) {
  constexpr int kStopCheck = 50;  // milliseconds
  for (;;) {
    if (stop_.stop_requested()) {
      cancel();
      throw base::Error("stopped");
    }
    if (std::chrono::steady_clock::now() >= deadline_) {
      cancel();
      throw base::Error(fmt::format("timed out after {} ({})", base::to_text(timeout_), what));
    }
    pollfd socket{.fd = pq_.PQsocket(connection_.get()), .events = events, .revents = 0};
    if (::poll(&socket, 1, kStopCheck) > 0) return;
  }
}

void SqlConnection::cancel() const {
  const std::unique_ptr<PGcancel, decltype(&::PQfreeCancel)> request(pq_.PQgetCancel(connection_.get()),
                                                                     pq_.PQfreeCancel);
  std::array<char, 256> reason{};
  if (request) pq_.PQcancel(request.get(), reason.data(), static_cast<int>(reason.size()));
}

SqlConnection::Result SqlConnection::last_result(const std::string& command) {
  // The extended protocol takes one statement only, so that none can end the transaction and then write.
  if (pq_.PQsendQueryParams(connection_.get(), command.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0) ==
      0)
    throw base::Error("cannot send the query: " + first_line(pq_.PQerrorMessage(connection_.get())));
  Result last(nullptr, pq_.PQclear);
  for (;;) {
    while (pq_.PQisBusy(connection_.get()) != 0) {
      wait(POLLIN, "query");
      if (pq_.PQconsumeInput(connection_.get()) == 0)
        throw base::Error("the connection is lost: " + first_line(pq_.PQerrorMessage(connection_.get())));
    }
    Result next(pq_.PQgetResult(connection_.get()), pq_.PQclear);
    if (!next) return last;
    const ExecStatusType status = pq_.PQresultStatus(next.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
      throw base::Error("the server says: " + first_line(pq_.PQresultErrorMessage(next.get())));
    last = std::move(next);
  }
}

QueryResult SqlConnection::select(const std::string& query) {
  last_result("BEGIN TRANSACTION READ ONLY");
  last_result(
      fmt::format("SET LOCAL statement_timeout = {}",
                  std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::milliseconds>(timeout_).count())));
  const Result table = last_result(query);
  if (!table || pq_.PQresultStatus(table.get()) != PGRES_TUPLES_OK)
    throw base::Error("the query gives no rows; expected a SELECT");
  const int rows = pq_.PQntuples(table.get());
  if (rows > kMostRows) throw base::Error(fmt::format("{} rows, at most {} are read", rows, kMostRows));
  QueryResult result;
  for (int row = 0; row < rows; ++row) {
    std::vector<Cell> cells;
    for (int column = 0; column < pq_.PQnfields(table.get()); ++column) {
      const bool is_null = pq_.PQgetisnull(table.get(), row, column) != 0;
      Cell cell{.name = pq_.PQfname(table.get(), column),
                .text = {pq_.PQgetvalue(table.get(), row, column),
                         static_cast<std::size_t>(pq_.PQgetlength(table.get(), row, column))},
                .number = {}};
      if (is_numeric(pq_.PQftype(table.get(), column)))
        cell.number = is_null ? std::nan("") : expect_number(Json(cell.text));
      cells.push_back(std::move(cell));
    }
    add_row(cells, result);
  }
  return result;
}

}  // namespace iter8::tasks::metrics::sql
