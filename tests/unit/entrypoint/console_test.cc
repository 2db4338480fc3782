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
    console.set_live({"00:01 a long line"});
    console.line(LogLevel::info, "entry");
  }
  CHECK(tape.text() == "00:01 a lo\r\x1b[Jentry\n00:01 a lo\r\x1b[J");
}

TEST_CASE("several live lines are redrawn from the first on") {
  Tape tape;
  {
    Console console(tape.descriptor(), {.has_cursor = true});
    console.set_live({"00:01", "stable", "candidate"});
    console.set_live({"00:02", "stable"});
  }
  CHECK(tape.text() == "00:01\nstable\ncandidate\r\x1b[2A\x1b[J00:02\nstable\r\x1b[1A\x1b[J");
}

TEST_CASE("a section is opened by its first line, and one without lines leaves no trace") {
  Tape tape;
  Console console(tape.descriptor(), {});
  console.begin_section("[begin 1]\n");
  CHECK_FALSE(console.has_section());
  console.end_section("[end 1]\n");
  console.begin_section("[begin 2]\n");
  console.line(LogLevel::info, "first");
  console.line(LogLevel::info, "second");
  CHECK(console.has_section());
  console.end_section("[end 2]\n");
  console.line(LogLevel::info, "outside");
  CHECK(tape.text() == "[begin 2]\nfirst\nsecond\n[end 2]\noutside\n");
}

TEST_CASE("without a cursor there is no live line") {
  Tape tape;
  {
    Console console(tape.descriptor(), {});
    console.set_live({"00:01"});
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
  environment.set("FORCE_COLOR", "0");
  CHECK_FALSE(Terminal::of(tape.descriptor(), environment).has_colors);
  environment.set("CLICOLOR_FORCE", "1");
  CHECK(Terminal::of(tape.descriptor(), environment).has_colors);
  environment.set("NO_COLOR", "");
  CHECK(Terminal::of(tape.descriptor(), environment).has_colors);
  environment.set("NO_COLOR", "1");
  CHECK_FALSE(Terminal::of(tape.descriptor(), environment).has_colors);
}

TEST_CASE("the locale says whether signs are ASCII, and a CI job without one has UTF-8") {
  base::Environment environment;
  CHECK(style_of(-1, environment).charset == report::Charset::ascii);
  environment.set("CI", "true");
  CHECK(style_of(-1, environment).charset == report::Charset::utf8);
  environment.set("LANG", "C");
  CHECK(style_of(-1, environment).charset == report::Charset::ascii);
  environment.set("LC_CTYPE", "de_DE.utf8");
  CHECK(style_of(-1, environment).charset == report::Charset::utf8);
  environment.set("LC_ALL", "POSIX");
  CHECK(style_of(-1, environment).charset == report::Charset::ascii);
}

TEST_CASE("a pipe has no width unless COLUMNS gives one") {
  base::Environment environment;
  CHECK(style_of(-1, environment).columns == report::TextStyle::kUnlimited);
  environment.set("COLUMNS", "120");
  CHECK(style_of(-1, environment).columns == 120);
  environment.set("COLUMNS", "many");
  CHECK(style_of(-1, environment).columns == report::TextStyle::kUnlimited);
}
