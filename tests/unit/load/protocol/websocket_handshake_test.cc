#include "load/protocol/websocket_handshake.h"

#include <string>

#include <catch2/catch.hpp>

namespace iter8::load {
namespace {

// The example of RFC 6455, section 1.3.
const std::string kKey = "dGhlIHNhbXBsZSBub25jZQ==";
const std::string kAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

std::string answer(const std::string& fields = "Sec-WebSocket-Accept: " + kAccept + "\r\n",
                   const std::string& upgrade = "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n") {
  return "HTTP/1.1 101 Switching Protocols\r\n" + upgrade + fields + "\r\n";
}

/// Reads the bytes, with a frame behind them, in pieces of this size.
UpgradeResponse read_upgrade(const std::string& bytes, const std::vector<std::string>& subprotocols = {},
                             std::size_t size = 1000) {
  UpgradeResponse response;
  response.start(kKey, subprotocols);
  const std::string all = bytes + "\x81\x01x";
  std::size_t used = 0;
  for (std::size_t at = 0; at < all.size() && response.state() == UpgradeResponse::State::reading; at += size)
    used += response.read(all.substr(at, size));
  if (response.state() == UpgradeResponse::State::switched) CHECK(used == bytes.size());
  return response;
}

TEST_CASE("websocket: the handshake is checked, in pieces of any size") {
  CHECK(websocket_accept(kKey) == kAccept);
  const std::string bytes = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + answer();
  for (std::size_t size = 1; size <= bytes.size() + 3; ++size)
    CHECK(read_upgrade(bytes, {}, size).state() == UpgradeResponse::State::switched);
  const std::vector<std::string> offered = {"chat", "graphql-ws"};
  const std::string fields = "sec-websocket-accept:" + kAccept + "\r\nSec-WebSocket-Protocol: graphql-ws\r\n";
  CHECK(read_upgrade(answer(fields, "upgrade: WebSocket\r\nconnection: upgrade\r\n"), offered).state() ==
        UpgradeResponse::State::switched);
}

TEST_CASE("websocket: a server that does not switch has answered with its status") {
  const UpgradeResponse refused = read_upgrade("HTTP/1.1 503 No\r\nContent-Length: 4\r\n\r\nbusy");
  CHECK(refused.state() == UpgradeResponse::State::refused);
  CHECK(refused.status() == 503);
  CHECK_THAT(refused.problem(), Catch::Contains("status 503"));
  CHECK(read_upgrade("HTTP/1.1 200\r\n\r\n").status() == 200);
}

TEST_CASE("websocket: what is wrong with a handshake is said") {
  const auto problem = [](const std::string& bytes, const std::vector<std::string>& offered = {}) {
    const UpgradeResponse response = read_upgrade(bytes, offered);
    CHECK(response.state() == UpgradeResponse::State::malformed);
    return response.problem();
  };
  CHECK_THAT(problem(answer("Sec-WebSocket-Accept: c\r\n")),
             Catch::Contains("Sec-WebSocket-Accept is 'c', expected '" + kAccept));
  CHECK_THAT(problem(answer("")), Catch::Contains("Sec-WebSocket-Accept is ''"));
  CHECK_THAT(problem(answer("", "Connection: Upgrade\r\n")), Catch::Contains("without 'Upgrade"));
  CHECK_THAT(problem(answer("", "Upgrade: websocket\r\n")), Catch::Contains("without 'Upgrade"));
  const std::string accept = "Sec-WebSocket-Accept: " + kAccept + "\r\n";
  CHECK_THAT(problem(answer(accept + "Sec-WebSocket-Extensions: permessage-deflate\r\n")),
             Catch::Contains("extension"));
  CHECK_THAT(problem(answer(accept + "Sec-WebSocket-Protocol: chat\r\n")),
             Catch::Contains("'chat', which was not"));
  CHECK_THAT(problem(answer(accept), {"chat"}), Catch::Contains("none of the subprotocols"));
  CHECK_THAT(problem("SSH-2.0-OpenSSH\r\n"), Catch::Contains("not HTTP/1.1"));
  CHECK_THAT(problem("HTTP/1.1 abc\r\n\r\n"), Catch::Contains("line that is not HTTP"));
  CHECK_THAT(problem("HTTP/1.1 101 x\r\nno colon\r\n\r\n"), Catch::Contains("line that is not HTTP"));
  CHECK_THAT(problem("HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x')), Catch::Contains("64 KiB"));
  std::string interim;
  for (int i = 0; i < 5000; ++i) interim += "HTTP/1.1 100 Continue\r\n\r\n";
  CHECK_THAT(problem(interim), Catch::Contains("64 KiB"));
}

}  // namespace
}  // namespace iter8::load
