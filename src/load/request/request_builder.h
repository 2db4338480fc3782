#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "load/expectation.h"
#include "load/plan.h"
#include "load/request/cookie_jar.h"
#include "load/request/request_template.h"
#include "load/schedule/random.h"

namespace iter8::load {

/// One kind of request, made ready for both versions of HTTP.
struct RequestVariant {
  struct Field {
    std::string name;  // in lower case
    RequestTemplate value;
  };

  double share = 1;           // of all requests, this kind and those before it
  std::string line;           // HTTP/1.1: what stands before the path
  RequestTemplate path;       // HTTP/1.1: as sent, to a proxy a whole URL
  RequestTemplate rest;       // HTTP/1.1: from the path's end to the body
  std::vector<Field> fields;  // HTTP/2: pseudo-header fields first, without cookies
  RequestTemplate body;
  bool answer_has_body = true;
  Expectation expected;

  bool is_fixed() const;
};

/// What a target's requests are made of, worked out once. Read by all workers, which share one count: request
/// number n is the same whichever of them sends it.
struct Requests {
  std::vector<RequestVariant> variants;
  bool cookies = false;
  const Rows* rows = nullptr;
  RowOrder row_order = RowOrder::sequential;
  std::uint64_t seed = 1;
  std::uint64_t first = 0;   // number of the first request
  std::uint64_t stride = 1;  // from one number to the next; more than 1 for a shard
  std::unique_ptr<std::atomic<std::uint64_t>> begun = std::make_unique<std::atomic<std::uint64_t>>(0);

  /// Every request has the same bytes.
  bool is_fixed() const { return variants.size() == 1 && !cookies && variants.front().is_fixed(); }
};

/// The bytes of every request for HTTP/1.1; needs is_fixed().
std::string fixed_http1(const Requests& requests);

/// Makes the requests of one connection, one after the other: chooses among the kinds, draws the values and
/// puts them in. Its buffers are kept, so that after the first few requests nothing is allocated. One thread.
class RequestBuilder {
 public:
  explicit RequestBuilder(const Requests& requests);

  /// Goes on to the next request.
  const RequestVariant& next();
  /// The values of the present request.
  const Draw& draw() const { return draw_; }
  /// Also works out the length of its body.
  void draw_length() { draw_.length = present_->body.size(draw_); }
  /// Its bytes for HTTP/1.1; valid until the next call.
  std::string_view http1();

  CookieJar& jar() { return jar_; }
  CookieJar* jar_if_used() { return requests_->cookies ? &jar_ : nullptr; }

 private:
  const Requests* requests_;
  const RequestVariant* present_ = nullptr;
  SplitMix64 random_;  // of the UUIDs
  Draw draw_;
  CookieJar jar_;
  std::string cookie_line_;
  std::string buffer_;
};

}  // namespace iter8::load
