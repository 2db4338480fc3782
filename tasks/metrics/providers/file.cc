#include "base/file.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/csv.h"
#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "tasks/metrics/http_source.h"
#include "tasks/metrics/providers.h"
#include "tasks/metrics/response/jq_response.h"
#include "tasks/metrics/response/openmetrics.h"
#include "tasks/metrics/response/query_result.h"

namespace iter8::tasks::metrics::file {

namespace {

constexpr std::size_t kLargestFile = 64 * 1024 * 1024;

enum class Format { csv, json, openmetrics };

struct Options {
  std::optional<TemplateText> path;
  std::optional<Format> format;
};

struct Query {
  std::optional<TemplateText> path;
  std::optional<TemplateText> query;
  std::vector<std::pair<std::string, TemplateText>> where;
};

const config::Fields<Query>& fields_of(const Query*) {
  static const auto fields =
      config::Fields<Query>{}
          .optional("path", &Query::path, "The metric's own file instead of the task's; may be a template")
          .optional("query", &Query::query,
                    "Column of CSV, jq expression of JSON, or name{label=\"value\"} of OpenMetrics; may be a "
                    "template, but not for JSON")
          .optional("where", &Query::where, "Rows of CSV that count: column: value; values may be templates");
  return fields;
}

/// The numbers of `column` in the rows that satisfy `where`; of every column when it is empty.
QueryResult select_rows(const std::string& content, const std::string& column, const Parameters& where) {
  const std::vector<std::vector<std::string>> records = base::csv_records(content);
  QueryResult result;
  if (records.empty()) return result;
  const std::vector<std::string>& head = records.front();
  const auto expect_column = [&](const std::string& name) {
    if (std::ranges::find(head, name) == head.end())
      throw base::Error(fmt::format("no column '{}'{}", base::printable(name), base::suggestion(name, head)));
  };
  if (!column.empty()) expect_column(column);
  for (const auto& [name, value] : where) expect_column(name);
  for (std::size_t i = 1; i < records.size(); ++i) {
    if (records[i].size() != head.size())
      throw base::Error(fmt::format("row {} has {} columns, expected {}", i, records[i].size(), head.size()));
    std::vector<Cell> row;
    bool counts = true;
    for (std::size_t k = 0; k < head.size(); ++k) {
      const std::string& text = records[i][k];
      for (const auto& [name, value] : where) counts = counts && (name != head[k] || value == text);
      const bool is_value = head[k] == column;
      Cell cell{.name = is_value ? "value" : head[k], .text = text, .number = {}};
      if (is_value || column.empty()) cell.number = base::parse_number(text);
      if (is_value && !cell.number) cell.number = std::nan("");
      row.push_back(std::move(cell));
    }
    if (counts) add_row(row, result);
  }
  return result;
}

/// A file of the workspace: what another step of the pipeline measured.
class FileSource final : public Source {
 public:
  FileSource(Format format, TemplateText path, Query query, std::optional<web::JqProgram> jq)
      : format_(format), path_(std::move(path)), query_(std::move(query)), jq_(std::move(jq)) {}

  std::string query_text(const QueryInput& input) const override {
    std::string text = render(path_, input) + ": " + render(query_.query, input);
    for (const auto& [name, value] : where(input)) text += " where " + name + " = " + value;
    return text;
  }

  QueryResult query(const QueryInput& input, QueryContext& context) const override {
    const auto path = context.directory / render(path_, input);
    const std::string content = base::read_file(path, kLargestFile);
    const std::string query = render(query_.query, input);
    if (format_ == Format::csv) return select_rows(content, query, where(input));
    if (format_ == Format::json) return run_jq(*jq_, content, context.stop);
    return select_samples(content, selector(input), context.stop);
  }

  bool has_columns() const override { return format_ != Format::openmetrics; }

  std::vector<std::string> plan(const QueryInput& input) const override {
    if (format_ == Format::openmetrics) selector(input);
    return {"reads " + base::printable(render(path_, input))};
  }

 private:
  Selector selector(const QueryInput& input) const { return render_selector(query_.query, input); }

  Parameters where(const QueryInput& input) const {
    Parameters where;
    for (const auto& [name, value] : query_.where) where.emplace_back(name, render(value, input));
    return where;
  }

  Format format_;
  TemplateText path_;
  Query query_;
  std::optional<web::JqProgram> jq_;
};

std::optional<Format> format_of(const std::string& path) {
  for (const auto& [ending, format] : {std::pair{".csv", Format::csv},
                                       {".json", Format::json},
                                       {".prom", Format::openmetrics},
                                       {".om", Format::openmetrics},
                                       {".txt", Format::openmetrics}})
    if (path.ends_with(ending)) return format;
  return std::nullopt;
}

}  // namespace

}  // namespace iter8::tasks::metrics::file

namespace iter8::config {

template <>
struct Choices<tasks::metrics::file::Format> {
  using enum tasks::metrics::file::Format;
  static constexpr std::array names{std::pair{"csv", csv}, std::pair{"json", json},
                                    std::pair{"openmetrics", openmetrics}};
};

}  // namespace iter8::config

namespace iter8::tasks::metrics::file {

namespace {

const config::Fields<Options>& fields_of(const Options*) {
  static const auto fields =
      config::Fields<Options>{}
          .optional("path", &Options::path, "File, relative to the experiment's directory; may be a template")
          .optional("format", &Options::format, "What the file is")
          .shown_default("by the ending: .csv, .json; .prom, .om, .txt");
  return fields;
}

std::unique_ptr<Source> make_source(const Options& options, const Query& query,
                                    const SourceLocation& location) {
  const std::optional<TemplateText>& path = query.path ? query.path : options.path;
  if (!path) {
    location.report("missing key 'path'");
    return nullptr;
  }
  const std::optional<Format> format = options.format ? options.format : format_of(path->value.text());
  if (!format) {
    location.report("the file's ending does not say what it is; expected format: csv, json or openmetrics");
    return nullptr;
  }
  if (format != Format::csv) require_text(query.query, "query", location);
  if (format != Format::csv && !query.where.empty()) location.report("'where' has a meaning for CSV only");
  std::optional<web::JqProgram> jq;
  if (format == Format::json && query.query) {
    jq = compile_jq(config::Located<std::string>{query.query->value.text(), query.query->position}, location);
    if (!jq) return nullptr;
  }
  return std::make_unique<FileSource>(*format, *path, query, std::move(jq));
}

}  // namespace

Provider provider() {
  return make_provider<Options, Query>("file", "A CSV, JSON or OpenMetrics file of the workspace",
                                       make_source);
}

}  // namespace iter8::tasks::metrics::file
