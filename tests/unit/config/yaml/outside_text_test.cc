#include "config/yaml/outside_text.h"

#include <catch2/catch.hpp>

#include "base/text.h"
#include "config/yaml/problems.h"

using namespace iter8;
using namespace iter8::config;

namespace {

const std::string kPasswords = "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin\n";

OutsideTexts passwords() {
  OutsideTexts texts;
  texts.add(kPasswords, "${file:/etc/passwd}");
  return texts;
}

}  // namespace

TEST_CASE("a message names what it would quote from outside, whole, cut or printable") {
  const OutsideTexts texts = passwords();
  CHECK(texts.removed_from("found 'root:x:0:0:root:/root:/bin/bash'") == "found '${file:/etc/passwd}'");
  CHECK(texts.removed_from("found 'root:x:0:0:ro…'") == "found '${file:/etc/passwd}'");
  CHECK(texts.removed_from("line 2: daemon:x:1:1:daemon:/usr/sbin and root:x:0:") ==
        "line 2: ${file:/etc/passwd} and ${file:/etc/passwd}");
  const std::string shown = texts.removed_from("found " + base::printable(kPasswords));
  CHECK(shown == "found ${file:/etc/passwd}\\n${file:/etc/passwd}\\n");
}

TEST_CASE("what only begins like a text from outside stays") {
  OutsideTexts texts;
  texts.add("checkout-service", "${NAME}");
  texts.add("short", "${SHORT}");
  CHECK(texts.removed_from("task 'checkouts' of shorty") == "task 'checkouts' of shorty");
  CHECK(texts.removed_from("task 'checkout-service'") == "task '${NAME}'");
}

TEST_CASE("problems show the reference in every list of them") {
  Problems inner("f");
  inner.add_outside("https:/broken/url", "${URL}");
  Problems problems("f");
  problems.add_outside_of(inner);
  problems.error({2, 1}, "url 'https:/broken/url' has no host");
  problems.warning({1, 1}, "first");
  CHECK(problems.to_text() == "f:1:1: warning: first\nf:2:1: error: url '${URL}' has no host\n");
  CHECK(problems.in_order(1).size() == 1);
}
