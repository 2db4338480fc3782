#include "web/jq_exchange.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "base/error.h"
#include "base/json_depth.h"
#include "base/text.h"
#include "web/foreign_json.h"

namespace iter8::web {

namespace {

constexpr char kOutputs = '=';
constexpr char kFailure = '!';
constexpr char kNumber = 'n';
constexpr char kJson = 'j';
constexpr std::size_t kLongestReason = 500;

using JsonSize = std::uint32_t;

template <typename Number>
void append(std::string& bytes, Number number) {
  char raw[sizeof number];
  std::memcpy(raw, &number, sizeof number);
  bytes.append(raw, sizeof raw);
}

/// Takes numbers and texts from the front of a reply.
class JqReplyReader {
 public:
  explicit JqReplyReader(std::string_view bytes) : left_(bytes) {}

  bool is_at_end() const { return left_.empty(); }

  std::string_view take(std::size_t size) {
    if (size > left_.size()) throw base::Error("jq: an incomplete reply");
    const std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }

  template <typename Number>
  Number take_number() {
    Number number;
    std::memcpy(&number, take(sizeof number).data(), sizeof number);
    return number;
  }

 private:
  std::string_view left_;
};

nlohmann::json parse_output(std::string_view text) {
  if (base::json_depth(text) > base::kDeepestJson)
    throw base::Error("the result has too many levels of lists and objects; select the number itself");
  nlohmann::json output = parse_foreign_json(text);
  if (output.is_discarded()) throw base::Error("jq: an output that is not JSON");
  return output;
}

nlohmann::json take_output(JqReplyReader& reader) {
  const char kind = reader.take(1).front();
  if (kind == kNumber) return reader.take_number<double>();
  if (kind != kJson) throw base::Error("jq: an unknown kind of output");
  return parse_output(reader.take(reader.take_number<JsonSize>()));
}

}  // namespace

JqReplySize largest_jq_reply(const JqLimits& limits) {
  const std::size_t largest_head = 1 + std::max(sizeof(double), sizeof(JsonSize));
  return 1 + std::max<JqReplySize>(kLongestReason, limits.bytes + limits.outputs * largest_head);
}

void JqReply::add_number(double number) {
  bytes_ += kNumber;
  append(bytes_, number);
}

void JqReply::add_json(std::string_view text) {
  bytes_ += kJson;
  append(bytes_, static_cast<JsonSize>(text.size()));
  bytes_ += text;
}

void JqReply::fail(std::string_view reason) {
  bytes_ = kFailure + std::string(reason.substr(0, kLongestReason));
}

std::vector<nlohmann::json> parse_jq_reply(std::string_view bytes, const JqLimits& limits) {
  JqReplyReader reader(bytes);
  const char kind = reader.take(1).front();
  if (kind == kFailure) throw base::Error(base::printable(bytes.substr(1), kLongestReason));
  if (kind != kOutputs) throw base::Error("jq: an unknown kind of reply");
  std::vector<nlohmann::json> outputs;
  while (!reader.is_at_end()) {
    if (outputs.size() == limits.outputs)
      throw base::Error(fmt::format("jq: more than {} outputs", limits.outputs));
    outputs.push_back(take_output(reader));
  }
  return outputs;
}

}  // namespace iter8::web
