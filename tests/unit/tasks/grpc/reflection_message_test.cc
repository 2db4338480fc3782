#include "tasks/grpc/description/reflection_message.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/error.h"

using namespace iter8;
using tasks::grpc::parse_reflection_response;
using tasks::grpc::reflection_request;
using tasks::grpc::ReflectionAnswer;
using tasks::grpc::ReflectionQuestion;

// Bytes as protoc --encode writes them for grpc/reflection/v1/reflection.proto.

TEST_CASE("Questions are written as the reflection service reads them") {
  CHECK(reflection_request(ReflectionQuestion::file_containing_symbol, "a.B") ==
        "\x22\x03"
        "a.B");
  CHECK(reflection_request(ReflectionQuestion::file_by_name, "x") ==
        "\x1a\x01"
        "x");
  CHECK(reflection_request(ReflectionQuestion::list_services, "") == std::string("\x3a\x00", 2));
}

TEST_CASE("Answers of the reflection service are read: files, services, errors") {
  CHECK(parse_reflection_response("\x22\x06\x0a\x01"
                                  "x"
                                  "\x0a\x01"
                                  "y")
            .files == std::vector<std::string>{"x", "y"});
  CHECK(parse_reflection_response("\x32\x0a\x0a\x03\x0a\x01"
                                  "s"
                                  "\x0a\x03\x0a\x01"
                                  "t")
            .services == std::vector<std::string>{"s", "t"});
  const ReflectionAnswer error = parse_reflection_response(
      "\x3a\x06\x08\x05\x12\x02"
      "no");
  CHECK(error.error_code == 5);
  CHECK(error.error_message == "no");
}

TEST_CASE("Bytes that are not an answer are refused") {
  CHECK_THROWS_AS(parse_reflection_response("\xff\xff\xff"), base::Error);
  CHECK_THROWS_AS(parse_reflection_response("\x22\x03\x0a\x7f"
                                            "x"),
                  base::Error);
  CHECK_THROWS_AS(tasks::grpc::names_of_file("\x0a\x7f"), base::Error);
}

TEST_CASE("An answer of very many small parts is refused, before there is a copy of each") {
  std::string files;
  for (int i = 0; i < 1001; ++i) files += std::string("\x0a\x00", 2);
  CHECK(parse_reflection_response("\x22\xd0\x0f" + files.substr(0, 2000)).files.size() == 1000);
  CHECK_THROWS_WITH(parse_reflection_response("\x22\xd2\x0f" + files),
                    Catch::Contains("more than 1000 files"));
}
