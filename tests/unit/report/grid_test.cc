#include "report/grid.h"

#include <catch2/catch.hpp>

using namespace iter8::report;

namespace {

const Grid kGrid{.columns = {{.title = "name", .is_name = true},
                             {.title = "count", .align = Grid::Align::right},
                             {.title = "detail", .leaves = 2},
                             {.title = "more", .leaves = 1},
                             {.title = "empty"}},
                 .rows = {{{"http/latency-p99"}, {"1,234,567"}, {"some detail"}, {"and more of it"}, {}},
                          {{"http/error-rate"}, {"8"}, {}, {}, {}}}};

}  // namespace

TEST_CASE("columns without text are left out, and numbers stand at the right") {
  CHECK(drawn(kGrid, {}) ==
        "name                  count  detail       more\n"
        "http/latency-p99  1,234,567  some detail  and more of it\n"
        "http/error-rate           8\n");
}

TEST_CASE("what does not fit is left out in the stated order") {
  CHECK(drawn(kGrid, {.columns = 50}) ==
        "name                  count  detail\n"
        "http/latency-p99  1,234,567  some detail\n"
        "http/error-rate           8\n");
}

TEST_CASE("then the gaps and the names get narrower, and numbers stay") {
  Grid grid = kGrid;
  grid.rows[0][1].text = "123,456,789,012,345,678,901";
  CHECK(drawn(grid, {.columns = 40}) ==
        "name                               count\n"
        "http/l…y-p99 123,456,789,012,345,678,901\n"
        "http/e…-rate                           8\n");
  CHECK(drawn(grid, {.columns = 40, .charset = Charset::ascii}).find("http/l~y-p99") != std::string::npos);
}

TEST_CASE("a table without rows is nothing") {
  CHECK(drawn({.columns = {{.title = "name"}}}, {}).empty());
}

TEST_CASE("lines end between words, and never between a number and its unit") {
  const TextStyle style{.columns = 40};
  CHECK(wrapped("a very long sentence with a value of 312.4 msec and <= 250 msec", 2, style) ==
        "a very long sentence with a value of\n  312.4 msec and <= 250 msec\n");
  CHECK(wrapped("short", 2, style) == "short\n");
  CHECK(wrapped("  indented", 2, {}) == "  indented\n");
  CHECK(wrapped(std::string(60, 'x') + " y", 2, style) == std::string(60, 'x') + "\n  y\n");
}

TEST_CASE("text from outside brings no colours") {
  CHECK(shown("\x1b[31mred", {}).find('\x1b') == std::string::npos);
  CHECK(shown("naïve ≤ 5…", {.charset = Charset::ascii}) == "na?ve <= 5...");
}
