#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace iter8::base {

/// Reads comma-separated text (RFC 4180) one record after the other. Lines may end in LF alone, the last one
/// without a line end, and a byte order mark at the front is passed over. A quote stands around a field or,
/// doubled, inside such a field, and nowhere else. `text` must outlive the reader.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text);

  bool at_end() const { return rest_.empty(); }

  /// The line on which the next record begins, from 1.
  std::size_t line() const { return line_; }

  /// The fields of the next record, at least one: an empty line is one empty field. There must be a record
  /// left. Throws base::Error with the line for a quote that is not closed, that stands inside an unquoted
  /// field, or that has text behind it.
  std::vector<std::string> record();

 private:
  bool take(char c);
  bool at_end_of_line() const;
  std::string unquoted();
  std::string quoted();

  std::string_view rest_;
  std::size_t line_ = 1;
};

/// All records but the empty lines. Throws as CsvReader does, with "CSV, " before the line.
std::vector<std::vector<std::string>> csv_records(std::string_view text);

}  // namespace iter8::base
