#include "tasks/metrics/csv.h"

#include <fmt/format.h>

#include "base/error.h"

namespace iter8::tasks::metrics {

namespace {

class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : text_(text) {}

  std::vector<std::vector<std::string>> records() {
    std::vector<std::vector<std::string>> records;
    while (at_ < text_.size()) {
      std::vector<std::string> record = next_record();
      if (record.size() > 1 || !record.front().empty()) records.push_back(std::move(record));
    }
    return records;
  }

 private:
  bool is_at_end_of_line() const {
    return at_ >= text_.size() || text_[at_] == '\n' || text_.substr(at_).starts_with("\r\n");
  }

  std::vector<std::string> next_record() {
    std::vector<std::string> record;
    for (;;) {
      record.push_back(at_ < text_.size() && text_[at_] == '"' ? quoted_field() : plain_field());
      if (is_at_end_of_line()) break;
      ++at_;  // the comma
    }
    if (at_ < text_.size()) at_ += text_[at_] == '\r' ? 2U : 1U;
    ++line_;
    return record;
  }

  std::string plain_field() {
    const std::size_t begin = at_;
    while (!is_at_end_of_line() && text_[at_] != ',') {
      if (text_[at_] == '"') fail("a quote inside a field");
      ++at_;
    }
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string quoted_field() {
    std::string field;
    for (++at_;; ++at_) {
      if (at_ >= text_.size()) fail("a quote that is not closed");
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] != '"') {
        field += text_[at_];
      } else if (text_.substr(at_ + 1).starts_with('"')) {
        field += text_[++at_];
      } else {
        ++at_;
        if (!is_at_end_of_line() && text_[at_] != ',') fail("text behind a closing quote");
        return field;
      }
    }
  }

  [[noreturn]] void fail(const char* what) const {
    throw base::Error(fmt::format("CSV: {} in line {}", what, line_));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace

std::vector<std::vector<std::string>> parse_csv(std::string_view text) {
  return CsvReader(text).records();
}

}  // namespace iter8::tasks::metrics
