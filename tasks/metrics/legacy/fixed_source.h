#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tasks/metrics/response/jq_response.h"
#include "tasks/metrics/source.h"

namespace iter8::tasks::metrics::legacy {

/// A request that older specs have rendered completely, and the jq expression that reads the response.
class FixedSource final : public HttpSource {
 public:
  FixedSource(web::Request request, std::string jq_text, web::JqProgram jq)
      : request_(std::move(request)), jq_text_(std::move(jq_text)), jq_(std::move(jq)) {}

  std::string query_text(const QueryInput&) const override {
    return request_.method + " " + request_.url + (request_.body.empty() ? "" : " " + request_.body) +
           " | jq " + jq_text_;
  }

 protected:
  web::Request build_request(const QueryInput&, const std::filesystem::path&) const override {
    return request_;
  }
  QueryResult parse(const std::string& body, const std::stop_token& stop) const override {
    return run_jq(jq_, body, stop);
  }

 private:
  web::Request request_;
  std::string jq_text_;
  web::JqProgram jq_;
};

}  // namespace iter8::tasks::metrics::legacy
