#include "base/text.h"

#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

#include "base/duration.h"
#include "base/markdown.h"
#include "base/number.h"
#include "base/utf8.h"

using namespace iter8::base;
using namespace std::chrono_literals;

TEST_CASE("Go durations are read") {
  CHECK(parse_duration("250ms") == 250ms);
  CHECK(parse_duration("1h2m0.5s") == 1h + 2min + 500ms);
  CHECK(parse_duration("1.5us") == 1500ns);
  CHECK(parse_duration("3µs") == 3us);
  CHECK(parse_duration(".5s") == 500ms);
  CHECK(parse_duration("-2s") == -2s);
  CHECK(parse_duration("0") == 0s);
}

TEST_CASE("what is not a duration is refused") {
  for (const char* text :
       {"", "5", "s", "1 s", "1d", "1s x", "--1s", ".s", "1e3s", "99999999999h", "9223372036854775808ns"})
    CHECK_FALSE(parse_duration(text).has_value());
}

TEST_CASE("a duration is written in the shortest Go spelling and reads back as itself") {
  CHECK(to_text(Duration{0}) == "0s");
  CHECK(to_text(90s) == "1m30s");
  CHECK(to_text(1h) == "1h");
  CHECK(to_text(1500us) == "1.5ms");
  CHECK(to_text(-250ms) == "-250ms");
  for (const Duration value :
       {Duration{1}, Duration{999}, Duration{1'000'001}, Duration{86'400'000'000'123}, Duration::max()})
    CHECK(parse_duration(to_text(value)) == value);
}

TEST_CASE("seconds saturate instead of overflowing") {
  CHECK(from_seconds(1.5) == 1500ms);
  CHECK(from_seconds(1e300) == Duration::max());
  CHECK(from_seconds(-1e300) == Duration::min());
}

TEST_CASE("numbers are whole texts and finite") {
  CHECK(parse_number("1.5") == 1.5);
  CHECK(parse_number("+2e3") == 2000);
  CHECK(parse_integer("-42") == -42);
  for (const char* text : {"", "+", "nan", "inf", "1.5x", " 1", "0x10", "1e999", "+-1"}) {
    CHECK_FALSE(parse_number(text).has_value());
    CHECK_FALSE(parse_integer(text).has_value());
  }
  CHECK_FALSE(parse_integer("9223372036854775808").has_value());
}

TEST_CASE("a number is printed with the fewest digits that read back, as Go's %v does") {
  CHECK(shortest(100) == "100");
  CHECK(shortest(0.1) == "0.1");
  CHECK(shortest(-12.25) == "-12.25");
  CHECK(shortest(0.0001) == "0.0001");
  CHECK(shortest(0.00001) == "1e-05");
  CHECK(shortest(1e20) == "100000000000000000000");
  CHECK(shortest(1e21) == "1e+21");
  CHECK(shortest(1.5e300) == "1.5e+300");
  CHECK(shortest(std::numeric_limits<double>::infinity()) == "+Inf");
  CHECK(shortest(std::nan("")) == "NaN");
  CHECK(fixed(12.345, 2) == "12.35");
}

TEST_CASE("the nearest name is found by typing mistakes, and only when it is near") {
  const std::vector<std::string> names = {"numRequests", "duration", "qps", "connections"};
  CHECK(nearest("numRequest", names) == "numRequests");
  CHECK(nearest("numrequests", names) == "numRequests");
  CHECK(nearest("qsp", names) == "qps");
  CHECK(nearest("durration", names) == "duration");
  CHECK_FALSE(nearest("something", names).has_value());
  CHECK_FALSE(nearest("", names).has_value());
  CHECK_FALSE(nearest("c", std::vector<std::string>{"a", "b"}).has_value());
  CHECK(nearest("A", std::vector<std::string>{"a", "b"}) == "a");
  CHECK_FALSE(nearest(std::string(100'000, 'q'), names).has_value());
  CHECK(suggestion("qsp", names) == "; did you mean 'qps'?");
  CHECK(suggestion("zzz", names).empty());
}

TEST_CASE("foreign text is made safe for a terminal") {
  CHECK(printable("a\x1b[31mb\nc") == "a\\x1b[31mb\\nc");
  CHECK(printable("\xff ok") == "\uFFFD ok");
  CHECK(printable("übung") == "übung");
  CHECK(printable("a\u202Eb") == "a\uFFFDb");
  CHECK(printable("abcdef", 3) == "abc…");
}

TEST_CASE("a line of a log holds no command of a CI system") {
  CHECK(log_line("x\n::error::y\x1b[2J ##[z]") == "x\\n::error::y\\x1b[2J ## [z]");
  CHECK(log_line(" ::set-output name=a::b") == " : :set-output name=a::b");
  CHECK(log_line("\u00A0\u3000::error::y") == "\u00A0\u3000: :error::y");
  CHECK(log_line("a::b") == "a::b");
  CHECK(without_commands("a\n  ::b::\r::c::\n## d\n##vso[e] ##teamcity[f]") ==
        "a\n  : :b::\r: :c::\n## d\n## vso[e] ## teamcity[f]");
}

TEST_CASE("text without links keeps its characters apart") {
  const std::string text = "http://a.b WWW.c.d @e #1 gh-2 a:b // w.w";
  std::string shown = without_links(text);
  for (const char* link : {"http://", "WWW.", "@e", "#1", "gh-2"})
    CHECK(shown.find(link) == std::string::npos);
  CHECK(replace_all(shown, "\u200B", "") == text);
  CHECK(markdown_escaped("see http://a.b|<c>") == "see http:\u200B//a.b\\|\\<c\\>");
}

TEST_CASE("well-formed UTF-8 is told from what only looks like it") {
  CHECK(is_utf8("plain, übung, €, 😀"));
  for (const char* bad : {"\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80"})
    CHECK_FALSE(is_utf8(bad));
}

TEST_CASE("splitting, joining and replacing are each other's inverse") {
  CHECK(split("a,,b", ',') == std::vector<std::string>{"a", "", "b"});
  CHECK(join(split("a,,b", ','), ",") == "a,,b");
  CHECK(replace_all("aaa", "a", "aa") == "aaaaaa");
  CHECK(replace_all("abc", "", "x") == "abc");
  CHECK(trim(" \t a b \n") == "a b");
}
