#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "load/exchange.h"

namespace iter8::load {

/// Writes down what the exchange reports.
class Notes final : public AnswerSink {
 public:
  void answered(Ticket ticket, int status) override {
    lines.push_back(std::to_string(ticket) + " answered " + std::to_string(status));
  }
  void unexpected(Ticket ticket, int status, std::string_view why) override {
    lines.push_back(std::to_string(ticket) + " unexpected " + std::to_string(status) + " " +
                    std::string(why));
  }
  void refused(Ticket ticket, std::string_view /*why*/) override {
    lines.push_back(std::to_string(ticket) + " refused");
  }
  void failed(Ticket ticket, ErrorClass error, std::string_view why) override {
    reason = why;
    lines.push_back(std::to_string(ticket) + " failed " + std::string(to_text(error)));
  }
  std::vector<std::string> lines;
  std::string reason;  // of the last failure
};

using Lines = std::vector<std::string>;

}  // namespace iter8::load
