#pragma once

#include <postgresql/libpq-fe.h>

namespace iter8::tasks::metrics::sql {

/// Every function of libpq that is used, for the two places that must name each: its pointer and its look-up.
#define ITER8_PQ_FUNCTIONS(USE) \
  USE(PQcancel)                 \
  USE(PQclear)                  \
  USE(PQconnectPoll)            \
  USE(PQconnectStart)           \
  USE(PQconsumeInput)           \
  USE(PQerrorMessage)           \
  USE(PQfinish)                 \
  USE(PQfname)                  \
  USE(PQfreeCancel)             \
  USE(PQftype)                  \
  USE(PQgetCancel)              \
  USE(PQgetResult)              \
  USE(PQgetisnull)              \
  USE(PQgetlength)              \
  USE(PQgetvalue)               \
  USE(PQisBusy)                 \
  USE(PQnfields)                \
  USE(PQntuples)                \
  USE(PQresultErrorMessage)     \
  USE(PQresultStatus)           \
  USE(PQsendQueryParams)        \
  USE(PQsocket)                 \
  USE(PQstatus)

/// libpq, loaded when the first database is asked and not before.
class PqLibrary {
 public:
  /// The library, loaded once. Thread-safe. Throws base::Error when it is not installed.
  static const PqLibrary& get();

#define ITER8_DECLARE(function) decltype(&::function) function;  // NOLINT(bugprone-macro-parentheses): a name
  ITER8_PQ_FUNCTIONS(ITER8_DECLARE)
#undef ITER8_DECLARE

 private:
  PqLibrary();
};

}  // namespace iter8::tasks::metrics::sql
