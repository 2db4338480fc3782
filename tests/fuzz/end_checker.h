#pragma once

#include <cstdlib>
#include <string_view>
#include <vector>

#include "load/protocol/exchange.h"

/// Checks that each request ends exactly once, and that nothing of it is reported later.
class EndChecker final : public iter8::load::ResponseSink {
 public:
  void on_first_byte(iter8::load::RequestId request_id) override { expect_in_flight(request_id); }
  void on_part(iter8::load::RequestId request_id, const iter8::load::Part& /*part*/) override {
    expect_in_flight(request_id);
  }
  void on_response(iter8::load::RequestId request_id, int status) override { end(request_id, status); }
  void on_unexpected_response(iter8::load::RequestId request_id, int status,
                              std::string_view /*why*/) override {
    end(request_id, status);
  }
  void on_error_response(iter8::load::RequestId request_id, int status, std::string_view why) override {
    if (why.empty()) abort();
    end(request_id, status);
  }
  void on_failure(iter8::load::RequestId request_id, iter8::load::ErrorClass /*error*/,
                  std::string_view why) override {
    if (why.empty()) abort();
    end(request_id, 200);
  }
  void on_close(iter8::load::RequestId request_id, int code, std::string_view why) override {
    if (code < 1000 || code > 4999 || why.empty()) abort();
    end(request_id, 200);
  }
  void on_refusal(iter8::load::RequestId request_id, std::string_view /*why*/) override {
    end(request_id, 200);
  }

  iter8::load::RequestId add_request() {
    is_over_.push_back(false);
    return static_cast<iter8::load::RequestId>(is_over_.size() - 1);
  }
  void end(iter8::load::RequestId request_id, int status) {
    if (status < 0 || status > 999) abort();
    expect_in_flight(request_id);
    is_over_[request_id] = true;
  }
  void expect_in_flight(iter8::load::RequestId request_id) const {
    if (request_id >= is_over_.size() || is_over_[request_id]) abort();
  }
  bool is_over(iter8::load::RequestId request_id) const { return is_over_[request_id]; }
  std::size_t started_count() const { return is_over_.size(); }
  void expect_all_over() const {
    for (const bool over : is_over_)
      if (!over) abort();
  }

 private:
  std::vector<bool> is_over_;
};
