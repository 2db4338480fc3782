#include "load/data_rows.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace iter8::load {
namespace {

/// Takes one field after the other off the text.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : rest_(text) {
    if (rest_.starts_with("\xef\xbb\xbf")) rest_.remove_prefix(3);  // a byte order mark
  }

  bool at_end() const { return rest_.empty(); }
  std::size_t line() const { return line_; }

  /// The fields of the next line, or lines where a quoted field holds some.
  std::vector<std::string> record() {
    std::vector<std::string> fields;
    do {
      fields.push_back(rest_.starts_with('"') ? quoted() : plain());
    } while (take(','));
    if (!take('\n') && rest_.starts_with("\r\n")) rest_.remove_prefix(2);
    ++line_;
    return fields;
  }

 private:
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::string plain() {
    std::size_t size = std::min(rest_.find_first_of(",\n"), rest_.size());
    if (size > 0 && size < rest_.size() && rest_[size] == '\n' && rest_[size - 1] == '\r') --size;
    std::string field(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return field;
  }

  std::string quoted() {
    const std::size_t begin = line_;
    std::string field;
    rest_.remove_prefix(1);
    while (true) {
      const std::size_t end = rest_.find('"');
      if (end == std::string_view::npos)
        throw base::Error(fmt::format("line {}: a quote is not closed", begin));
      field += rest_.substr(0, end);
      line_ += static_cast<std::size_t>(std::ranges::count(rest_.substr(0, end), '\n'));
      rest_.remove_prefix(end + 1);
      if (!take('"')) break;
      field += '"';
    }
    if (!rest_.empty() && !rest_.starts_with(',') && !rest_.starts_with('\n') && !rest_.starts_with("\r\n"))
      throw base::Error(fmt::format("line {}: text after the closing quote of a field", line_));
    return field;
  }

  std::string_view rest_;
  std::size_t line_ = 1;
};

void check_columns(const std::vector<std::string>& columns) {
  for (auto name = columns.begin(); name != columns.end(); ++name) {
    if (name->empty()) throw base::Error("line 1: a column has no name");
    if (std::find(columns.begin(), name, *name) != name)
      throw base::Error(fmt::format("line 1: two columns are named '{}'", base::printable(*name)));
  }
}

}  // namespace

std::optional<std::size_t> Rows::column(std::string_view name) const {
  const auto found = std::ranges::find(columns, name);
  if (found == columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns.begin());
}

Rows parse_csv(std::string_view text) {
  CsvReader reader(text);
  Rows rows;
  if (reader.at_end()) throw base::Error("the file is empty; expected a line with the names of the columns");
  rows.columns = reader.record();
  check_columns(rows.columns);
  while (!reader.at_end()) {
    const std::size_t line = reader.line();
    std::vector<std::string> fields = reader.record();
    if (fields.size() == 1 && fields[0].empty() && rows.columns.size() > 1) continue;  // an empty line
    if (fields.size() != rows.columns.size()) {
      throw base::Error(fmt::format("line {}: found {} fields, expected {} as in the first line", line,
                                    fields.size(), rows.columns.size()));
    }
    std::ranges::move(fields, std::back_inserter(rows.cells));
  }
  if (rows.cells.empty()) throw base::Error("there is no row after the line with the names of the columns");
  return rows;
}

}  // namespace iter8::load
