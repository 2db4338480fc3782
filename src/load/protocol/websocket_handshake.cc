#include "load/protocol/websocket_handshake.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/text.h"

namespace iter8::load {
namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::string_view kHttpVersion = "HTTP/1.1 ";
constexpr int kSwitching = 101;

bool is_status_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Whether a comma-separated list has this word, in any case.
bool lists(std::string_view value, std::string_view lower_word) {
  const std::vector<std::string> words = base::split(value, ',');
  return std::ranges::any_of(
      words, [&](const std::string& word) { return base::lower(base::trim(word)) == lower_word; });
}

}  // namespace

std::string websocket_accept(std::string_view key) {
  return base::base64(base::sha1(std::string(key).append(kGuid)));
}

void UpgradeResponse::start(std::string_view key, const std::vector<std::string>& subprotocols) {
  state_ = State::reading;
  status_ = 0;
  accept_ = websocket_accept(key);
  subprotocols_ = &subprotocols;
  head_.clear();
  size_ = 0;
  problem_.clear();
}

std::size_t UpgradeResponse::read(std::string_view bytes) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  std::size_t used = 0;
  while (state_ == State::reading && used < bytes.size()) {
    const std::size_t before = head_.size();
    head_ += bytes.substr(used);
    const std::size_t end = head_.find(kEnd, before < kEnd.size() ? 0 : before - kEnd.size() + 1);
    const std::size_t taken = end == std::string::npos ? head_.size() - before : end + kEnd.size() - before;
    used += taken;
    size_ += taken;
    if (size_ > kLimit) {
      fail("the response to the handshake is longer than 64 KiB");
    } else if (!head_.starts_with(kHttpVersion.substr(0, head_.size()))) {
      fail("the response to the handshake is not HTTP/1.1");
    } else if (end != std::string::npos) {
      parse(std::string_view(head_).substr(0, end));
      head_.clear();
    }
  }
  return used;
}

void UpgradeResponse::parse(std::string_view head) {
  upgrades_ = connection_upgrades_ = has_extensions_ = false;
  found_accept_.clear();
  found_subprotocol_.clear();
  bool is_first = true;
  while (!head.empty()) {
    const std::size_t end = head.find("\r\n");
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end == std::string_view::npos ? head.size() : end + 2);
    if (!(is_first ? parse_status_line(line) : parse_field(line)))
      return fail("the response to the handshake has a line that is not HTTP");
    is_first = false;
  }
  if (status_ == kSwitching) return check_switch();
  if (status_ < 200) return;  // interim: the next one follows
  state_ = State::refused;
  problem_ = fmt::format("the server answered the WebSocket handshake with status {}", status_);
}

bool UpgradeResponse::parse_status_line(std::string_view line) {
  const std::size_t at = kHttpVersion.size();
  const bool has_shape = line.size() >= at + 3 && line[at] >= '1' && line[at] <= '9' &&
                         is_status_digit(line[at + 1]) && is_status_digit(line[at + 2]) &&
                         (line.size() == at + 3 || line[at + 3] == ' ');
  if (!has_shape) return false;
  status_ = (line[at] - '0') * 100 + (line[at + 1] - '0') * 10 + (line[at + 2] - '0');
  return true;
}

bool UpgradeResponse::parse_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == 0 || colon == std::string_view::npos || line.find(' ') < colon) return false;
  const std::string name = base::lower(line.substr(0, colon));
  const std::string_view value = base::trim(line.substr(colon + 1));
  if (name == "upgrade") upgrades_ = upgrades_ || lists(value, "websocket");
  if (name == "connection") connection_upgrades_ = connection_upgrades_ || lists(value, "upgrade");
  if (name == "sec-websocket-accept") found_accept_ = value;
  if (name == "sec-websocket-protocol") found_subprotocol_ = value;
  if (name == "sec-websocket-extensions") has_extensions_ = has_extensions_ || !value.empty();
  return true;
}

/// Section 4.1, what the client checks; and a subprotocol that was asked for must be agreed on, as in
/// browsers.
void UpgradeResponse::check_switch() {
  const auto offered = std::ranges::find(*subprotocols_, found_subprotocol_);
  if (!upgrades_ || !connection_upgrades_)
    return fail("the server switches without 'Upgrade: websocket' and 'Connection: Upgrade'");
  if (found_accept_ != accept_)
    return fail(fmt::format("Sec-WebSocket-Accept is '{}', expected '{}'", base::printable(found_accept_, 60),
                            accept_));
  if (has_extensions_) return fail("the server turns on an extension that was not offered");
  if (found_subprotocol_.empty() && !subprotocols_->empty())
    return fail("the server speaks none of the subprotocols that were offered");
  if (!found_subprotocol_.empty() && offered == subprotocols_->end())
    return fail("the server chose the subprotocol '" + base::printable(found_subprotocol_, 60) +
                "', which was not offered");
  state_ = State::switched;
}

void UpgradeResponse::fail(std::string problem) {
  state_ = State::malformed;
  problem_ = std::move(problem);
}

}  // namespace iter8::load
