#include "load/protocol/http2_streams.h"

#include <map>

#include <catch2/catch.hpp>

namespace iter8::load {
namespace {

TEST_CASE("streams are found by their identifiers, also one that outlives thousands") {
  Http2Streams streams(3);
  streams.reset();
  Http2Stream& old = streams.begin(100);
  streams.name(old, 1);
  std::uint32_t id = 3;
  for (RequestId request_id = 0; request_id < 5000; ++request_id, id += 2) {
    Http2Stream& stream = streams.begin(request_id);
    streams.name(stream, id);
    CHECK(streams.find(id) == &stream);
    CHECK(streams.find(1) == &old);
    CHECK(streams.find(id + 2) == nullptr);
    streams.end(stream);
    CHECK(streams.find(id) == nullptr);
  }
  CHECK(streams.size() == 1);
}

TEST_CASE("places are used again, and a fresh connection has all of them") {
  Http2Streams streams(2);
  streams.reset();
  Http2Stream& one = streams.begin(1);
  streams.begin(2);
  CHECK(streams.size() == streams.most());
  streams.end(one);
  CHECK(&streams.begin(3) == &one);
  streams.reset();
  CHECK(streams.size() == 0);
  for (const Http2Stream& stream : streams.all()) CHECK_FALSE(stream.is_used);
}

}  // namespace
}  // namespace iter8::load
