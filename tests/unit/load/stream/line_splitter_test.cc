#include "load/stream/line_splitter.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace iter8::load {
namespace {

using Texts = std::vector<std::string>;

Texts lines_of(std::string_view text, std::size_t piece, std::size_t limit = 100) {
  LineSplitter splitter;
  splitter.start(limit);
  Texts lines;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    const std::string copy(text.substr(at, piece));
    std::string_view bytes = copy;
    while (const auto line = splitter.next(bytes)) lines.emplace_back(*line);
    if (splitter.is_too_large()) return Texts{"too large"};
  }
  if (const auto line = splitter.last()) lines.emplace_back(*line);
  return lines;
}

TEST_CASE("lines end with LF or CRLF, and the last one with the text") {
  const std::string text = "one\r\n\n  \ntwo\nthree";
  for (std::size_t piece = 1; piece <= text.size(); ++piece)
    CHECK(lines_of(text, piece) == Texts{"one", "two", "three"});
  for (std::size_t piece = 1; piece <= 4; ++piece) CHECK(lines_of("one\n", piece) == Texts{"one"});
  CHECK(lines_of("", 1).empty());
}

TEST_CASE("a line has a limit") {
  for (const std::size_t piece : {1U, 3U, 1000U}) {
    CHECK(lines_of(std::string(100, 'x') + "\nx", piece) == Texts{std::string(100, 'x'), "x"});
    CHECK(lines_of(std::string(101, 'x') + "\n", piece) == Texts{"too large"});
  }
}

}  // namespace
}  // namespace iter8::load
