#include "base/csv.h"

#include <catch2/catch.hpp>

namespace iter8::base {
namespace {

using Records = std::vector<std::vector<std::string>>;

TEST_CASE("CSV: fields, quotes and line ends of RFC 4180") {
  CHECK(csv_records("a,b\r\n1,\"x, \"\"y\"\"\nz\"\n\n,\n") ==
        Records{{"a", "b"}, {"1", "x, \"y\"\nz"}, {"", ""}});
  CHECK(csv_records("").empty());
  CHECK(csv_records("a,") == Records{{"a", ""}});
  CHECK(csv_records("\"\",\"\"\r\n") == Records{{"", ""}});
  CHECK(csv_records("\xef\xbb\xbfid\r\n1") == Records{{"id"}, {"1"}});
}

TEST_CASE("CSV: a quote stands around a field and nowhere else") {
  CHECK_THROWS_WITH(csv_records("a\n\"b"), "CSV, line 2: a quote is not closed");
  CHECK_THROWS_WITH(csv_records("\"a\"b"), "CSV, line 1: text after the closing quote of a field");
  CHECK_THROWS_WITH(csv_records("a\n5\" pipe,1"),
                    "CSV, line 2: a quote inside a field that does not begin with one");
}

TEST_CASE("CSV: lines are counted through quoted fields") {
  CsvReader reader("\"1\n2\"\n3\n");
  reader.record();
  CHECK(reader.line() == 3);
  CHECK(reader.record() == std::vector<std::string>{"3"});
  CHECK(reader.at_end());
}

}  // namespace
}  // namespace iter8::base
