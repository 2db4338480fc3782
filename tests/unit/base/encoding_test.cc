#include "base/encoding.h"

#include <catch2/catch.hpp>

using namespace iter8::base;

// The test vectors of RFC 4648, section 10.
TEST_CASE("base64 gives the published texts, and reads them back") {
  const std::pair<std::string, std::string> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    CHECK(base64(bytes) == text);
    CHECK(from_base64(text) == bytes);
  }
  CHECK(base64("\xff\xfe") == "//4=");
  CHECK(from_base64("//4") == "\xff\xfe");
}

TEST_CASE("what is not base64 decodes to nothing") {
  for (const char* text : {"Zg=a", "Z", "Zm9v\n", "Zm9-", " Zg==", "Zm9vZ"}) {
    INFO(text);
    CHECK_FALSE(from_base64(text));
  }
}

TEST_CASE("percent-encoding leaves only what is safe in a URL") {
  CHECK(percent_encoded("aZ09-._~") == "aZ09-._~");
  CHECK(percent_encoded("a/b c+\xc3\xa9") == "a%2Fb%20c%2B%C3%A9");
}
