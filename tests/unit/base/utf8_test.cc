#include "base/utf8.h"

#include <catch2/catch.hpp>

namespace iter8::base {
namespace {

TEST_CASE("UTF-8: characters of every length are read and written") {
  for (const auto& [character, bytes] :
       std::vector<std::pair<char32_t, std::string>>{{U'A', "A"},
                                                     {U'\u00e4', "\xC3\xA4"},
                                                     {U'\u20ac', "\xE2\x82\xAC"},
                                                     {U'\U0001F600', "\xF0\x9F\x98\x80"}}) {
    std::string written;
    append_utf8(written, character);
    CHECK(written == bytes);
    std::size_t at = 0;
    CHECK(next_character(bytes, at) == character);
    CHECK(at == bytes.size());
  }
}

TEST_CASE("UTF-8: surrogates, overlong forms and cut characters are not text") {
  for (const char* bytes :
       {"\xED\xA0\x80", "\xE0\x80\x80", "\xC0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x80"}) {
    INFO(bytes);
    CHECK_FALSE(is_utf8(bytes));
    std::size_t at = 0;
    CHECK(next_character(bytes, at) == 0xFFFD);
    CHECK(at == 1);
  }
  std::string written;
  append_utf8(written, 0xD83D);
  CHECK(written == "\uFFFD");
}

TEST_CASE("UTF-8: texts are counted and cut between characters") {
  CHECK(character_count("a\u00e4\u20ac") == 3);
  CHECK(offset_of_character("a\u00e4\u20ac", 2) == 3);
  CHECK(cut_offset("a\u00e4\u20ac", 5) == 3);
  CHECK(cut_offset("a\u00e4\u20ac", 3) == 3);
  CHECK(cut_offset("abc", 9) == 3);
  CHECK(cut_offset("\u20ac", 2) == 0);
}

}  // namespace
}  // namespace iter8::base
