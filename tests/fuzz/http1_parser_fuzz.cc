// The parser reads what servers it does not trust send. Whatever that is, it must neither read beyond the
// bytes (the sanitizers watch) nor understand them differently when they arrive in other pieces.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "load/protocol/http1_parser.h"

namespace {

using iter8::load::Http1Parser;

struct Outcome {
  Http1Parser::State state;
  std::size_t used;
  int status;
  bool keeps_alive;
};

Outcome read_in_pieces(Http1Parser& parser, std::string_view bytes, std::size_t size,
                       Http1Parser::Body body) {
  parser.start(body);
  std::size_t used = 0;
  while (used < bytes.size() && parser.state() == Http1Parser::State::reading) {
    const std::string piece(bytes.substr(used, size));  // memory of its own, so that a read beyond it is seen
    const std::size_t count = parser.read(piece);
    if (count > piece.size()) abort();
    if (count < piece.size() && parser.state() == Http1Parser::State::reading) abort();
    used += count;
  }
  return {
      .state = parser.state(), .used = used, .status = parser.status(), .keeps_alive = parser.keeps_alive()};
}

void check_same(const Outcome& a, const Outcome& b) {
  if (a.state != b.state) abort();
  if (a.state == Http1Parser::State::malformed) return;
  if (a.used != b.used) abort();
  if (a.state == Http1Parser::State::complete && (a.status != b.status || a.keeps_alive != b.keeps_alive))
    abort();
}

}  // namespace

// The first byte chooses the size of the pieces and whether the request was a HEAD.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto body = (data[0] & 1) != 0 ? Http1Parser::Body::none : Http1Parser::Body::by_fields;
  const std::size_t piece = 1 + (data[0] >> 1) % 61;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  Http1Parser parser;
  const Outcome whole = read_in_pieces(parser, bytes, bytes.size(), body);
  check_same(whole, read_in_pieces(parser, bytes, piece, body));
  check_same(whole, read_in_pieces(parser, bytes, bytes.size(), body));  // with the head it remembers
  Http1Parser fresh;
  check_same(whole, read_in_pieces(fresh, bytes, piece, body));
  return 0;
}
