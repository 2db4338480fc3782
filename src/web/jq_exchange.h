#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/clock.h"

namespace iter8::web {

/// What one run of a jq program may cost.
struct JqLimits {
  base::Duration time = std::chrono::seconds(5);
  std::size_t outputs = 10'000;
  std::size_t bytes = 16 * 1024 * 1024;  // of all outputs, as JSON
};

// What this process and the one that evaluates jq programs say to each other, over a socket on one machine:
// a request is a head, the program and the document; a reply is its size and its bytes.

enum class JqTask : std::uint32_t { compile, run };

struct JqRequestHead {
  JqTask task = JqTask::compile;
  std::uint32_t seconds = 0;  // after which the other process ends itself, should nobody end it
  std::uint64_t outputs = 0;  // JqLimits
  std::uint64_t bytes = 0;
  std::uint64_t program_size = 0;
  std::uint64_t document_size = 0;
};

using JqReplySize = std::uint64_t;

/// The largest reply that is read under these limits, in bytes.
JqReplySize largest_jq_reply(const JqLimits& limits);

/// Builds a reply: the outputs in order, or the reason why there are none.
class JqReply {
 public:
  /// Numbers travel as they are, because JSON has no name for some of them.
  void add_number(double number);
  void add_json(std::string_view text);
  /// Replaces the outputs.
  void fail(std::string_view reason);

  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_ = "=";
};

/// The outputs in a reply. Throws base::Error with the reason where there are none, and for bytes that are
/// not a reply within the limits: the process that evaluates is not trusted, because it reads what strangers
/// wrote with a library that was not made for that.
std::vector<nlohmann::json> parse_jq_reply(std::string_view bytes, const JqLimits& limits);

}  // namespace iter8::web
