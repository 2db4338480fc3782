#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace iter8::load {

/// The value of Sec-WebSocket-Accept for this Sec-WebSocket-Key (RFC 6455, section 4.2.2).
std::string websocket_accept(std::string_view key);

/// Reads the server's response to the opening handshake (RFC 6455, section 4.1), up to its last byte: what
/// follows are frames. The body of a refusal is not read. One thread.
class UpgradeResponse {
 public:
  enum class State { reading, switched, refused, malformed };
  static constexpr std::size_t kLimit = 64 * 1024;  // bytes, interim responses included

  /// For the request with this key. `subprotocols` that were offered outlive the response.
  void start(std::string_view key, const std::vector<std::string>& subprotocols);
  /// Returns how many of the bytes belong to the response.
  std::size_t read(std::string_view bytes);

  State state() const { return state_; }
  int status() const { return status_; }
  /// Why the server did not switch, or what is wrong with the response: a sentence without a full stop.
  const std::string& problem() const { return problem_; }

 private:
  void parse(std::string_view head);
  bool parse_status_line(std::string_view line);
  bool parse_field(std::string_view line);
  void check_switch();
  void fail(std::string problem);

  State state_ = State::reading;
  int status_ = 0;
  std::string accept_;  // as it should be
  const std::vector<std::string>* subprotocols_ = nullptr;
  std::string head_;  // so far
  std::size_t size_ = 0;
  std::string problem_;

  // Of the response's fields.
  bool upgrades_ = false;
  bool connection_upgrades_ = false;
  bool has_extensions_ = false;
  std::string found_accept_;
  std::string found_subprotocol_;
};

}  // namespace iter8::load
