#include "tasks/grpc/description/description.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/temporary_folder.h"
#include "tasks/grpc/description/part_count.h"

using namespace iter8;
using tasks::grpc::Description;
using tasks::grpc::Method;
using tasks::grpc::Streaming;

namespace {

constexpr const char* kShop = R"(syntax = "proto3";
package acme.shop;
import "google/protobuf/timestamp.proto";
import "parts/item.proto";
enum Speed { SLOW = 0; FAST = 1; }
message Order {
  string id = 1;
  repeated acme.parts.Item items = 2;
  Speed speed = 3;
  google.protobuf.Timestamp placed = 4;
  map<string, int32> counts = 5;
  int32 total_price = 6;
}
service Orders {
  rpc Get(Order) returns (Order);
  rpc Upload(stream Order) returns (Order);
  rpc Watch(Order) returns (stream Order);
  rpc Chat(stream Order) returns (stream Order);
}
)";
constexpr const char* kItem =
    "syntax = \"proto3\"; package acme.parts; message Item { string name = 1; int32 count = 2; }";

class ProtoFolder {
 public:
  ProtoFolder() {
    write("shop.proto", kShop);
    write("imports/parts/item.proto", kItem);
  }
  std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(path(name).parent_path());
    std::ofstream(path(name)) << text;
  }
  Description read(const std::string& name = "shop.proto") const {
    return Description::of_proto(path(name), {path("imports")});
  }
  std::string problem(const std::string& name) const {
    try {
      read(name);
    } catch (const base::UsageError& error) {
      return error.what();
    }
    return {};
  }

 private:
  base::TemporaryFolder folder_{"iter8-proto"};
};

std::string encoding_problem(const Method& method, const std::string& json) {
  try {
    method.encode(json);
  } catch (const base::Error& error) {
    return error.what();
  }
  return {};
}

std::string method_problem(const Description& description, const std::string& call) {
  try {
    description.method(call);
  } catch (const base::UsageError& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("A method is found by both spellings of a call and knows how it streams") {
  const ProtoFolder files;
  const Description shop = files.read();

  CHECK(shop.services() == std::vector<std::string>{"acme.shop.Orders"});
  CHECK(shop.method("acme.shop.Orders/Get").path() == "/acme.shop.Orders/Get");
  CHECK(shop.method("acme.shop.Orders.Get").path() == "/acme.shop.Orders/Get");
  CHECK(shop.method("acme.shop.Orders/Get").streaming() == Streaming::none);
  CHECK(shop.method("acme.shop.Orders/Upload").streaming() == Streaming::client);
  CHECK(shop.method("acme.shop.Orders/Watch").streaming() == Streaming::server);
  CHECK(shop.method("acme.shop.Orders/Chat").streaming() == Streaming::both);
}

TEST_CASE("An unknown service or method names what is near or what there is") {
  const ProtoFolder files;
  const Description shop = files.read();

  CHECK(method_problem(shop, "acme.shop.Order/Get") ==
        "there is no service 'acme.shop.Order'; did you mean 'acme.shop.Orders'?");
  CHECK(method_problem(shop, "acme.shop.Orders/Gte") ==
        "service 'acme.shop.Orders' has no method 'Gte'; did you mean 'Get'?");
  CHECK(method_problem(shop, "acme.shop.Orders/Destroy") ==
        "service 'acme.shop.Orders' has no method 'Destroy'; it has Get, Upload, Watch, Chat");
  CHECK(method_problem(shop, "Get") ==
        "found 'Get', expected package.Service/Method or package.Service.Method");
  CHECK(method_problem(shop, "a/b/c") ==
        "found 'a/b/c', expected package.Service/Method or package.Service.Method");
}

TEST_CASE("JSON becomes the bytes of the message") {
  const ProtoFolder files;
  const Description shop = files.read();
  const Method get = shop.method("acme.shop.Orders/Get");

  CHECK(get.encode("{}").empty());
  CHECK(get.encode(R"({"id": "ab"})") == std::string("\x0a\x02"
                                                     "ab"));
  CHECK(get.encode(R"({"speed": "FAST"})") == std::string("\x18\x01"));
  CHECK(get.encode(R"({"totalPrice": 3})") == get.encode(R"({"total_price": 3})"));
  CHECK(get.encode(R"({"placed": "1970-01-01T00:00:01Z"})").starts_with('\x22'));
  const std::string all = get.encode(
      R"({"id":"x","items":[{"name":"y","count":2}],"counts":{"a":1},"placed":"2020-01-01T00:00:00Z"})");
  CHECK(get.decode_response(all) ==
        R"({"id":"x","items":[{"name":"y","count":2}],"counts":{"a":1},"placed":"2020-01-01T00:00:00Z"})");
}

TEST_CASE("What does not fit the message is named by its path, with what was found and expected") {
  const ProtoFolder files;
  const Description shop = files.read();
  const Method get = shop.method("acme.shop.Orders/Get");

  CHECK(encoding_problem(get, R"({"idd": "x"})") ==
        "'idd' is not a field of acme.shop.Order; did you mean 'id'?");
  CHECK(encoding_problem(get, R"({"items": [{}, {"nmae": "x"}]})") ==
        "items[1]: 'nmae' is not a field of acme.parts.Item; did you mean 'name'?");
  CHECK(encoding_problem(get, R"({"items": [{"count": "many"}]})") ==
        "items[0].count: found \"many\", expected int32");
  CHECK(encoding_problem(get, R"({"speed": "WARP"})") == "speed: found \"WARP\", expected acme.shop.Speed");
  CHECK(encoding_problem(get, R"({"placed": "today"})") ==
        "placed: Invalid time format: today, expected google.protobuf.Timestamp");
  CHECK_FALSE(encoding_problem(get, R"([1])").empty());
  CHECK_FALSE(encoding_problem(get, R"({"id":)").empty());
  CHECK_FALSE(encoding_problem(get, std::string(100'000, '[')).empty());
  CHECK_THROWS_AS(get.decode_response("\x0a\xff"), base::Error);
}

TEST_CASE("What is wrong with a .proto file is named with file, line and column") {
  const ProtoFolder files;
  files.write("broken.proto", "syntax = \"proto3\";\nmessage A { strng x = 1; }\n");
  files.write("missing.proto", "syntax = \"proto3\";\nimport \"nowhere.proto\";\n");
  files.write("above.proto", "syntax = \"proto3\";\nimport \"../above.proto\";\n");
  std::string deep = "syntax = \"proto3\";";
  for (int i = 0; i < 100'000; ++i) deep += "message A{";
  files.write("deep.proto", deep);

  CHECK(files.problem("broken.proto") == "broken.proto:2:13: \"strng\" is not defined.");
  CHECK(files.problem("missing.proto").starts_with("nowhere.proto: not found in the import paths\n"));
  CHECK(files.problem("above.proto").find("not found in the import paths") != std::string::npos);
  CHECK(files.problem("deep.proto").find("its brackets nest more than 100 deep") != std::string::npos);
  CHECK(files.problem("none.proto").find("No such file or directory") != std::string::npos);
}

TEST_CASE("A file that another import path hides is refused") {
  const ProtoFolder files;
  files.write("imports/shop.proto", "syntax = \"proto3\";");

  CHECK(files.problem("shop.proto").find("is hidden by") != std::string::npos);
}

TEST_CASE("Bytes that describe nothing are refused") {
  const ProtoFolder files;
  files.write("not.protoset", "this is text");

  CHECK_THROWS_AS(Description::of_protoset(files.path("not.protoset")), base::UsageError);
  CHECK_THROWS_AS(Description::of_files({"\xff\xff"}), base::Error);
}

TEST_CASE("The parts of a description are counted at all depths") {
  using tasks::grpc::count_description_parts;
  std::string messages;
  for (int i = 0; i < 100; ++i) messages += std::string("\x1a\x00", 2);
  const std::string nested = "\x22\xc8\x01" + messages;  // a message with 100 messages in it
  std::string file = "\x0a\x01";
  file += 'f';
  for (int i = 0; i < 1000; ++i) file += nested;
  CHECK(count_description_parts(file) == 101'001);
  std::string deep;  // messages in messages, deeper than anything reads them
  for (int i = 0; i < 3000; ++i) {
    std::string length;
    for (std::size_t left = deep.size(); length.empty() || left > 0; left >>= 7)
      length += static_cast<char>((left & 0x7fU) | (left >> 7 > 0 ? 0x80U : 0U));
    deep.insert(0, (i == 2999 ? "\x22" : "\x1a") + length);
  }
  CHECK(count_description_parts(deep) <= 102);
  CHECK_THROWS_AS(count_description_parts("\x22\x02\x1a\x05"), base::Error);
}

TEST_CASE("A description that imports a missing one is refused by name") {
  // FileDescriptorProto{name: "a.proto", dependency: ["b.proto"], syntax: "proto3"}
  const std::string lonely =
      "\x0a\x07"
      "a.proto"
      "\x1a\x07"
      "b.proto"
      "\x62\x06"
      "proto3";

  try {
    Description::of_files({lonely});
    FAIL("expected an error");
  } catch (const base::Error& error) {
    CHECK(std::string(error.what()).find("b.proto") != std::string::npos);
  }
}
