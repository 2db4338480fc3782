#include "entrypoint/console.h"

#include <array>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "base/descriptor.h"

using namespace iter8;
using namespace iter8::entrypoint;
using base::LogLevel;

namespace {

/// What a console writes, read back through a pipe.
class Tape {
 public:
  Tape() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    read_ = base::Descriptor(ends[0]);
    write_ = base::Descriptor(ends[1]);
  }

  int descriptor() const { return write_.get(); }

  /// Everything so far; ends the tape.
  std::string text() {
    write_.reset();
    std::string text;
    std::array<char, 4096> buffer{};
    for (ssize_t n = 0; (n = ::read(read_.get(), buffer.data(), buffer.size())) > 0;)
      text.append(buffer.data(), static_cast<std::size_t>(n));
    return text;
  }

 private:
  base::Descriptor read_;
  base::Descriptor write_;
};

}  // namespace

TEST_CASE("warnings and errors say what they are, information does not") {
  Tape tape;
  Console(tape.descriptor(), {}).line(LogLevel::info, "started");
  Console(tape.descriptor(), {}).line(LogLevel::warning, "odd");
  Console(tape.descriptor(), {}).line(LogLevel::error, "broken");
  CHECK(tape.text() == "started\nwarning: odd\nerror: broken\n");
}

TEST_CASE("colours mark the word and nothing else") {
  Tape tape;
  Console(tape.descriptor(), {.has_colors = true}).line(LogLevel::error, "broken");
  CHECK(tape.text() == "\x1b[31merror: \x1b[0mbroken\n");
}

TEST_CASE("entries step around the live line, which is erased at the end") {
  Tape tape;
  {
    Console console(tape.descriptor(), {.has_cursor = true, .columns = 11});
    console.set_live("00:01 a long line");
    console.line(LogLevel::info, "entry");
  }
  CHECK(tape.text() == "\r\x1b[K00:01 a lo\r\x1b[Kentry\n00:01 a lo\r\x1b[K");
}

TEST_CASE("without a cursor there is no live line") {
  Tape tape;
  {
    Console console(tape.descriptor(), {});
    console.set_live("00:01");
  }
  CHECK(tape.text().empty());
}

TEST_CASE("control characters of a message do not reach the terminal") {
  Tape tape;
  Console(tape.descriptor(), {}).line(LogLevel::info, "a\x1b[2Jb\nsecond line");
  CHECK(tape.text() == "a\\x1b[2Jb\\nsecond line\n");
}

TEST_CASE("what a terminal can do is asked of it and of the environment") {
  Tape tape;  // a pipe is not a terminal
  base::Environment environment;
  CHECK_FALSE(Terminal::of(tape.descriptor(), environment).has_cursor);
  CHECK_FALSE(Terminal::of(tape.descriptor(), environment).has_colors);
  environment.set("FORCE_COLOR", "1");
  CHECK(Terminal::of(tape.descriptor(), environment).has_colors);
  environment.set("NO_COLOR", "1");
  CHECK_FALSE(Terminal::of(tape.descriptor(), environment).has_colors);
}
