#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "load/protocol/exchange.h"

namespace iter8::load {

/// Keeps what the exchange reports, a line for each call.
class RecordingSink final : public ResponseSink {
 public:
  void on_first_byte(RequestId request_id) override {
    progress.push_back(std::to_string(request_id) + " begins");
  }
  void on_part(RequestId request_id, const Part& part) override {
    std::string line = std::to_string(request_id) + " part of " + std::to_string(part.bytes);
    if (!part.has_content) line += " without content";
    if (part.output_tokens > 0) line += ", " + std::to_string(part.output_tokens) + " tokens";
    progress.push_back(line);
  }
  void on_response(RequestId request_id, int status) override {
    lines.push_back(std::to_string(request_id) + " response " + std::to_string(status));
  }
  void on_unexpected_response(RequestId request_id, int status, std::string_view why) override {
    lines.push_back(std::to_string(request_id) + " unexpected " + std::to_string(status) + " " +
                    std::string(why));
  }
  void on_error_response(RequestId request_id, int status, std::string_view why) override {
    lines.push_back(std::to_string(request_id) + " error " + std::to_string(status) + " " + std::string(why));
  }
  void on_close(RequestId request_id, int code, std::string_view why) override {
    reason = why;
    lines.push_back(std::to_string(request_id) + " closed " + std::to_string(code));
  }
  void on_refusal(RequestId request_id, std::string_view why) override {
    refusal = why;
    lines.push_back(std::to_string(request_id) + " refused");
  }
  void on_failure(RequestId request_id, ErrorClass error, std::string_view why) override {
    reason = why;
    lines.push_back(std::to_string(request_id) + " failed " + std::string(to_text(error)));
  }
  std::vector<std::string> lines;     // how requests ended
  std::vector<std::string> progress;  // what came of their responses before
  std::string reason;                 // of the last failure
  std::string refusal;                // why the last one was refused
};

using Lines = std::vector<std::string>;

}  // namespace iter8::load
