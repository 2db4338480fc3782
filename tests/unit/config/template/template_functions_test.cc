#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "tests/unit/config/rendering.h"

using namespace iter8::config;

namespace {

/// What one expression gives, or "error: …" without its place.
std::string value(const std::string& expression) {
  const std::string text = rendered("{{ " + expression + " }}");
  const std::size_t place = text.find("error: line 1, column ");
  return place == 0 ? "error" + text.substr(text.find(": ", 7)) : text;
}

}  // namespace

TEST_CASE("comparison functions") {
  CHECK(value("eq 1 1.0") == "true");
  CHECK(value("eq .version.name \"x\" \"candidate\"") == "true");
  CHECK(value("ne 1 2") == "true");
  CHECK(value("lt 1 2.5") == "true");
  CHECK(value("le \"a\" \"a\"") == "true");
  CHECK(value("gt 1 2") == "false");
  CHECK(value("ge 2 2") == "true");
  CHECK(value("eq .nothing nil") == "true");
  CHECK(value("eq 1 \"1\"") == "error: eq compares number 1 with text '1'");
  CHECK(value("lt 1 \"2\"") == "error: lt needs two numbers or two texts, found number 1 and text '2'");
}

TEST_CASE("logic functions give one of their arguments") {
  CHECK(value("and 1 0 2") == "0");
  CHECK(value("and 1 2") == "2");
  CHECK(value("or 0 \"\" 3") == "3");
  CHECK(value("and false (fail \"x\")") == "false");
  CHECK(value("or true (fail \"x\")") == "true");
  CHECK(value(".yes | and false") == "false");
  CHECK(value("fail \"not today\"") == "error: not today");
  CHECK(value("default 5 0") == "5");
  CHECK(value("default 5 7") == "7");
  CHECK(value("ternary \"a\" \"b\" true") == "a");
}

TEST_CASE("text functions") {
  CHECK(value("upper \"aB1\"") == "AB1");
  CHECK(value("title \"one two-three\"") == "One Two-Three");
  CHECK(value("trim \"  a \"") == "a");
  CHECK(value("trimAll \"$-\" \"$-5-\"") == "5");
  CHECK(value("trimPrefix \"v\" \"v1\"") == "1");
  CHECK(value("trimSuffix \"/\" \"a/\"") == "a");
  CHECK(value("trunc 2 \"äöü\"") == "äö");
  CHECK(value("trunc -2 \"abc\"") == "bc");
  CHECK(value("trunc -9 \"abc\"") == "abc");
  CHECK(value("\"a.b.c\" | replace \".\" \"_\"") == "a_b_c");
  CHECK(value("contains \"b\" \"abc\"") == "true");
  CHECK(value("hasPrefix \"a\" \"abc\" | and (hasSuffix \"c\" \"abc\")") == "true");
  CHECK(value("repeat 3 \"ab\"") == "ababab");
  CHECK(value("repeat -1 \"ab\"") == "error: repeat -1 times");
  CHECK(value("nospace \"a b\\tc\"") == "abc");
  CHECK(value("join \", \" .names") == "b, a");
  CHECK(value("splitList \".\" \"1.2.3\"") == "[1 2 3]");
  CHECK(value("splitList \"\" \"äb\"") == "[ä b]");
  CHECK(value("(split \".\" \"1.2.3\")._1") == "2");
  CHECK(value("indent 2 .lines") == "  one\n  two");
  CHECK(value("nindent 1 .lines") == "\n one\n two");
  CHECK(value("toString 1.50") == "1.5");
  CHECK(value("upper .names") == "error: upper needs a text as argument 1, found a list");
  CHECK(value("upper 5") == "5");
}

TEST_CASE("fromJson refuses what is nested too deeply") {
  const auto nested = [](int levels) {
    return fmt::format("fromJson (printf \"%s%s\" (repeat {0} \"[\") (repeat {0} \"]\")) | len", levels);
  };
  CHECK(value(nested(50)) == "1");
  CHECK(value(nested(100'000)) == "error: fromJson: line 1, column 1: more than 64 levels deep");
}

TEST_CASE("quotes and encodings") {
  CHECK(value("quote .text") == R"("a <b> \"c\"")");
  CHECK(value("quote 1 \"a\" .nothing") == R"("1" "a")");
  CHECK(value("squote \"a\"") == "'a'");
  CHECK(value("toJson .version") == R"({"name":"candidate","url":"http://c","weight":20})");
  CHECK(value("toJson .lines") == R"("one\ntwo")");
  CHECK(value("toPrettyJson .counts") == "{\n  \"b\": 2,\n  \"a\": 1\n}");
  CHECK(value("toJson .nothing") == "null");
  CHECK(value("toJson (list) ") == "[]");
  CHECK(value("(fromJson \"{\\\"a\\\": [1, \\\"2\\\"]}\").a | toJson") == R"([1,"2"])");
  CHECK(value("fromJson \"[1\"") ==
        "error: fromJson: line 1, column 3: syntax error while parsing array - unexpected end of input; "
        "expected ']'");
  CHECK(value("fromJson \"\\\"\\\\ud83d\\\\ude00\\\"\"") == "\U0001F600");
  CHECK(value("fromJson \"{\\\"a\\\": 1, \\\"a\\\": 2}\" | toJson") == R"({"a":2})");
  CHECK(value("fromJson \"a: 1\"").starts_with("error: fromJson: line 1, column 1: "));
  CHECK(value("urlquery \"a b&c=ü\"") == "a+b%26c%3D%C3%BC");
  CHECK(value("b64enc \"hello\"") == "aGVsbG8=");
  CHECK(value("b64dec \"aGVsbG8=\"") == "hello");
  CHECK(value("b64dec \"%\"") == "error: b64dec: the text is not base64");
  CHECK(value("b64dec \"/w==\"") == "error: b64dec: what is decoded is not text");
}

TEST_CASE("patterns") {
  CHECK(value("regexMatch \"^v[0-9]+$\" \"v12\"") == "true");
  CHECK(value("regexReplaceAll \"a(x*)b\" \"-ab-axxb-\" \"${1}W\"") == "-W-xxW-");
  CHECK(value("regexMatch \"(\" \"a\"") ==
        "error: regexMatch: '(' without its ')' (character 1 of the pattern)");
}

TEST_CASE("print functions write as Go's fmt does") {
  CHECK(value("printf \"%s %d %v %q %t %%\" \"a\" 5 .names \"q\\\"\" true") == "a 5 [b a] \"q\\\"\" true %");
  CHECK(value("printf \"%.2f|%5d|%-5d|%05d|%+d\" 1.005 42 42 -42 42") == "1.00|   42|42   |-0042|+42");
  CHECK(value("printf \"%x %X %o %b %#x\" 255 255 8 5 255") == "ff FF 10 101 0xff");
  CHECK(value("printf \"%e %g %f\" 12345.678 0.5 1.5") == "1.234568e+04 0.5 1.500000");
  CHECK(value("printf \"%5s|%-5s|%.2s\" \"ä\" \"b\" \"xyz\"") == "    ä|b    |xy");
  CHECK(value("printf \"%d\" 1.5") == "error: printf needs a whole number as argument 2, found number 1.5");
  CHECK(value("printf \"%d\"") == "error: printf: no argument is left for %d");
  CHECK(value("printf \"a\" 1") == "error: printf: the format uses 0 of 1 arguments");
  CHECK(value("printf \"%k\" 1").starts_with("error: printf: %k is not supported"));
  CHECK(value("printf \"%99999d\" 1") == "error: printf: a width of more than 1000");
  CHECK(value("print 1 2 \"a\" \"b\" 3") == "1 2ab3");
  CHECK(value("println \"a\" 1") == "a 1\n");
  CHECK(value(".big") == "1e+21");
}

TEST_CASE("number functions stay whole as long as their arguments are") {
  CHECK(value("add 1 2 3") == "6");
  CHECK(value("add 1 0.5") == "1.5");
  CHECK(value("sub 5 7") == "-2");
  CHECK(value("mul 2 3 4") == "24");
  CHECK(value("div 7 2") == "3");
  CHECK(value("div 7 2.0") == "3.5");
  CHECK(value("div 7.5 2") == "3.75");
  CHECK(value("mod 7 4") == "3");
  CHECK(value("max 1 5 3") == "5");
  CHECK(value("min 2 1.5") == "1.5");
  CHECK(value("round 123.5555 3") == "123.556");
  CHECK(value("round 2.5") == "3");
  CHECK(value("floor 1.9") == "1");
  CHECK(value("ceil 1.1") == "2");
  CHECK(value("int 3.9") == "3");
  CHECK(value("int \"12\"") == "12");
  CHECK(value("float64 \"1.5\"") == "1.5");
  CHECK(value("add \"1\" 2") == "3");
  CHECK(value("int \"x\"") == "error: int needs a number as argument 1, found text 'x'");
  CHECK(value("div 1 0") == "error: div: division by zero");
  CHECK(value("mod 1 0") == "error: mod: division by zero");
  CHECK(value("add 9223372036854775807 1") == "error: the result of add does not fit 64 bits");
  CHECK(value("div (sub -9223372036854775807 1) -1") == "error: the result of div does not fit 64 bits");
}

TEST_CASE("collection functions") {
  CHECK(value("len .names") == "2");
  CHECK(value("len .version") == "3");
  CHECK(value("index .versions 1 \"name\"") == "candidate");
  CHECK(value("index .versions 2") == "error: index: the list has no item 2; it has 2");
  CHECK(value("index .version \"nmae\"") == "error: index: there is no key 'nmae'; did you mean 'name'?");
  CHECK(value("slice \"abcdef\" 1 3") == "bc");
  CHECK(value("slice .names 1") == "[a]");
  CHECK(value("slice .names 2 1") == "error: slice from 2 to 1 of 2 items");
  CHECK(value("toJson (dict \"a\" 1 \"b\" (list 1 2) \"a\" 3)") == R"({"a":3,"b":[1,2]})");
  CHECK(value("dict \"a\"") == "error: dict needs a value for every key");
  CHECK(value("get .version \"name\"") == "candidate");
  CHECK(value("keys .counts") == "[b a]");
  CHECK(value("keys .counts | sortAlpha") == "[a b]");
  CHECK(value("values .counts") == "[2 1]");
  CHECK(value("first .names") == "b");
  CHECK(value("last .names") == "a");
  CHECK(value("rest .names") == "[a]");
  CHECK(value("first .none") == "error: there is nothing to print; give it a value with default");
  CHECK(value("append .names \"c\"") == "[b a c]");
  CHECK(value("has \"a\" .names") == "true");
  CHECK(value("kindOf .names") == "slice");
  CHECK(value("kindIs \"map\" .version") == "true");
}

TEST_CASE("times are written by Go's layouts, in UTC") {
  CHECK(value("date \"2006-01-02T15:04:05Z07:00\" .time") == "2026-03-04T15:06:07Z");
  CHECK(value("date \"Mon Jan _2 3:04PM 06\" .time") == "Wed Mar  4 3:06PM 26");
  CHECK(value("date \"Monday, January 2, 2006 MST\" .time") == "Wednesday, March 4, 2026 UTC");
  CHECK(value("date \"02.01. 15.000\" .time") == "04.03. 15.000");
  CHECK(value("date \"2006\" 0") == "1970");
  CHECK(value("unixEpoch .time") == "1772636767");
  CHECK(value("dateModify \"-1h\" .time") == "2026-03-04T14:06:07Z");
  CHECK(value("date \"2006\" \"soon\"") ==
        "error: date needs a time (RFC 3339, or seconds since 1970) as argument 2, found text 'soon'");
  CHECK(rendered("{{ now }}", {.now = iter8::base::WallTime{}}) == "1970-01-01T00:00:00Z");
}
