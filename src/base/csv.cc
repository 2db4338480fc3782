#include "base/csv.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"

namespace iter8::base {

CsvReader::CsvReader(std::string_view text) : rest_(text) {
  if (rest_.starts_with("\xef\xbb\xbf")) rest_.remove_prefix(3);  // a byte order mark
}

std::vector<std::string> CsvReader::record() {
  std::vector<std::string> fields;
  do {
    fields.push_back(rest_.starts_with('"') ? quoted() : unquoted());
  } while (take(','));
  if (!take('\n') && rest_.starts_with("\r\n")) rest_.remove_prefix(2);
  ++line_;
  return fields;
}

bool CsvReader::take(char c) {
  if (!rest_.starts_with(c)) return false;
  rest_.remove_prefix(1);
  return true;
}

bool CsvReader::at_end_of_line() const {
  return rest_.empty() || rest_.starts_with('\n') || rest_.starts_with("\r\n");
}

std::string CsvReader::unquoted() {
  std::size_t size = std::min(rest_.find_first_of(",\n"), rest_.size());
  if (size > 0 && size < rest_.size() && rest_[size] == '\n' && rest_[size - 1] == '\r') --size;
  std::string field(rest_.substr(0, size));
  if (field.find('"') != std::string::npos)
    throw Error(fmt::format("line {}: a quote inside a field that does not begin with one", line_));
  rest_.remove_prefix(size);
  return field;
}

std::string CsvReader::quoted() {
  const std::size_t begin = line_;
  std::string field;
  rest_.remove_prefix(1);
  while (true) {
    const std::size_t end = rest_.find('"');
    if (end == std::string_view::npos) throw Error(fmt::format("line {}: a quote is not closed", begin));
    field += rest_.substr(0, end);
    line_ += static_cast<std::size_t>(std::ranges::count(rest_.substr(0, end), '\n'));
    rest_.remove_prefix(end + 1);
    if (!take('"')) break;
    field += '"';
  }
  if (!rest_.starts_with(',') && !at_end_of_line())
    throw Error(fmt::format("line {}: text after the closing quote of a field", line_));
  return field;
}

std::vector<std::vector<std::string>> csv_records(std::string_view text) {
  std::vector<std::vector<std::string>> records;
  CsvReader reader(text);
  try {
    while (!reader.at_end()) {
      std::vector<std::string> record = reader.record();
      if (record.size() > 1 || !record.front().empty()) records.push_back(std::move(record));
    }
  } catch (const Error& error) {
    throw Error(std::string("CSV, ") + error.what());
  }
  return records;
}

}  // namespace iter8::base
