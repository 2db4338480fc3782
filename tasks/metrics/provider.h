#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "config/options/fields.h"
#include "experiment/catalog.h"
#include "tasks/metrics/metric.h"
#include "tasks/metrics/options.h"
#include "tasks/web/call.h"

namespace iter8::tasks::metrics {

/// The `with` of a task that has a `provider`, read and checked.
struct MetricsConfig {
  TaskOptions task;
  std::vector<Metric> metrics;
  web::RetryPolicy retry;
};

/// What is wrong with a rendered query or URL, and where the file has it.
class QueryError : public base::Error {
 public:
  QueryError(const std::string& message, config::Position position)
      : base::Error(message), position_(position) {}

  config::Position position() const { return position_; }

 private:
  config::Position position_;
};

/// Where a query stands in the file, and what it is for, so that its provider can report what is wrong with
/// it.
struct SourceLocation {
  config::Position position;
  experiment::BuildContext& context;
  experiment::MetricKind kind = experiment::MetricKind::gauge;

  void report(const std::string& message) const { context.problems.error(position, message); }
};

/// A kind of backend. How one is added:
///
/// 1. One file, providers/NAME.cc, with a namespace of that name. It has a struct `Options` of what the task
///    says about the backend (its url; `CallOptions call` when it is reached by HTTP) and a struct `Query` of
///    what each metric says (a member `query`, or name the main key by `static constexpr std::string_view
///    kMain`), each with a `fields_of` table in which nothing is required; a Source (most are an HttpSource:
///    how the request looks, what the response means); and `provider()`, which gives both structs, and the
///    function that makes a source of them, to `make_provider<Options, Query>()`. That function reports what
///    is missing. The source knows nothing of versions, kinds, windows or missing data.
/// 2. One row in the table providers.cc, its declaration in providers.h, and the file in
///    tasks/CMakeLists.txt.
/// 3. One test in tests/integration: against the real server where Debian has it, else against a stand-in in
///    tests/integration/stand_ins.py that checks the request and answers as the vendor documents.
/// 4. One section with a working block in docs/providers.md, which says so when the test is a stand-in.
struct Provider {
  std::string name;
  std::string summary;
  std::vector<config::FieldDoc> options;  // of the task, besides TaskOptions
  std::vector<config::FieldDoc> query;    // of a metric, besides MetricOptions
  /// Fills the config from the task's `with`. False after reporting problems.
  std::function<bool(const config::Node& with, experiment::BuildContext&, MetricsConfig&)> read;
};

/// The provider's own half of reading: what depends on its structs. Implemented by TypedReader below.
class ProviderReader {
 public:
  virtual ~ProviderReader() = default;

  /// What the task says about the backend, to be filled.
  virtual config::FieldTarget options() = 0;
  /// How the backend is called; null when it is not reached by HTTP.
  virtual const CallOptions* call() const = 0;
  /// What a metric says about its query, to be filled: empty again at each call.
  virtual config::FieldTarget query() = 0;
  /// One of the queries that a metric is made of (count, total, …), to be filled: begins as a copy of
  /// the metric's own query.
  virtual config::FieldTarget part() = 0;
  /// The key that a query of plain text stands for.
  virtual std::string main_key() const = 0;

  virtual std::unique_ptr<Source> source_of_query(const SourceLocation& location) const = 0;
  virtual std::unique_ptr<Source> source_of_part(const SourceLocation& location) const = 0;
};

/// Reads the task, its metrics and their queries. False after reporting problems.
bool read_metrics(const config::Node& with, const std::string& provider, ProviderReader& reader,
                  experiment::BuildContext& context, MetricsConfig& config);

/// Makes the source of a query, or reports to the location why there can be none and returns null.
template <typename Options, typename Query>
using MakeSource = std::unique_ptr<Source> (*)(const Options&, const Query&, const SourceLocation&);

template <typename Options, typename Query>
class TypedReader final : public ProviderReader {
 public:
  explicit TypedReader(MakeSource<Options, Query> make_source) : make_source_(make_source) {}

  config::FieldTarget options() override { return config::target_of(options_); }
  const CallOptions* call() const override {
    if constexpr (requires { options_.call; }) return &options_.call;
    return nullptr;
  }
  config::FieldTarget query() override {
    query_ = {};
    return config::target_of(query_);
  }
  config::FieldTarget part() override {
    part_ = query_;
    return config::target_of(part_);
  }
  std::string main_key() const override {
    if constexpr (requires { Query::kMain; }) return std::string(Query::kMain);
    return "query";
  }
  std::unique_ptr<Source> source_of_query(const SourceLocation& location) const override {
    return make_source_(options_, query_, location);
  }
  std::unique_ptr<Source> source_of_part(const SourceLocation& location) const override {
    return make_source_(options_, part_, location);
  }

 private:
  MakeSource<Options, Query> make_source_;
  Options options_;
  Query query_;
  Query part_;
};

template <typename Options, typename Query>
Provider make_provider(const std::string& name, const std::string& summary,
                       MakeSource<Options, Query> make_source) {
  return {.name = name,
          .summary = summary,
          .options = config::fields_of<Options>().docs(),
          .query = config::fields_of<Query>().docs(),
          .read = [name, make_source](const config::Node& with, experiment::BuildContext& context,
                                      MetricsConfig& config) {
            TypedReader<Options, Query> reader(make_source);
            return read_metrics(with, name, reader, context, config);
          }};
}

}  // namespace iter8::tasks::metrics
