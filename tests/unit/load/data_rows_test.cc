#include "load/data_rows.h"

#include <catch2/catch.hpp>

#include "base/error.h"

namespace iter8::load {
namespace {

using Cells = std::vector<std::string>;

TEST_CASE("rows are read as RFC 4180 has them") {
  const Rows rows = parse_csv("name,note\r\nann,\"a, \"\"b\"\"\nc\"\r\nbob,\r\n");
  CHECK(rows.columns == Cells{"name", "note"});
  CHECK(rows.cells == Cells{"ann", "a, \"b\"\nc", "bob", ""});
  CHECK(rows.count() == 2);
  CHECK(rows.cell(0, 1) == "a, \"b\"\nc");
  CHECK(rows.column("note") == 1);
  CHECK_FALSE(rows.column("none"));
}

TEST_CASE("a byte order mark, a missing last line end and empty lines do no harm") {
  CHECK(parse_csv("\xef\xbb\xbfid\n1\n2").cells == Cells{"1", "2"});
  CHECK(parse_csv("a,b\n1,2\n\n3,4\n").cells == Cells{"1", "2", "3", "4"});
}

TEST_CASE("what is wrong with a table is said with its line") {
  CHECK_THROWS_WITH(parse_csv(""), "the file is empty; expected a line with the names of the columns");
  CHECK_THROWS_WITH(parse_csv("a,b\n"), "there is no row after the line with the names of the columns");
  CHECK_THROWS_WITH(parse_csv("a,b\n1\n"), "line 2: found 1 fields, expected 2 as in the first line");
  CHECK_THROWS_WITH(parse_csv("a,a\n1,2\n"), "line 1: two columns are named 'a'");
  CHECK_THROWS_WITH(parse_csv("a,\n1,2\n"), "line 1: a column has no name");
  CHECK_THROWS_WITH(parse_csv("a\n\"x\n"), "line 2: a quote is not closed");
  CHECK_THROWS_WITH(parse_csv("a\n5\" pipe\n"),
                    "line 2: a quote inside a field that does not begin with one");
  CHECK_THROWS_WITH(parse_csv("a\n\"x\"y\n"), "line 2: text after the closing quote of a field");
}

}  // namespace
}  // namespace iter8::load
