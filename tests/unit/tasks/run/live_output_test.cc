#include "tasks/run/live_output.h"

#include <catch2/catch.hpp>

using namespace iter8;
using base::OutputStream;
using tasks::run::LiveOutput;

namespace {

using Lines = std::vector<std::string>;

/// What is shown of pieces of standard output, by whether it was shown before the end.
struct Shown {
  Lines early;
  Lines all;
};

Shown shown(const base::Secrets& secrets, const std::vector<std::string>& pieces) {
  Shown shown;
  LiveOutput live(secrets, [&](const std::string& line) { shown.all.push_back(line); });
  for (const std::string& piece : pieces) live.add(OutputStream::output, piece);
  shown.early = shown.all;
  live.finish();
  return shown;
}

}  // namespace

TEST_CASE("without secrets each line is shown as soon as it is there") {
  const Shown lines = shown({}, {"one\ntw", "o\n", "\nthree"});
  CHECK(lines.early == Lines{"one", "two"});
  CHECK(lines.all == Lines{"one", "two", "three"});
}

TEST_CASE("a secret is masked wherever two reads split it") {
  const std::string secret = "s3cr3t-of-many-letters";
  base::Secrets secrets;
  secrets.add(secret);
  const std::string text = "before " + secret + " behind\nnext line\n" + std::string(300, '.') + "\n";
  for (std::size_t at = 0; at <= text.size(); ++at) {
    const Shown lines = shown(secrets, {text.substr(0, at), text.substr(at)});
    CHECK(lines.all == Lines{"before *** behind", "next line", std::string(300, '.')});
    CHECK(lines.early.size() >= 2);
  }
}

TEST_CASE("a secret is masked that line breaks cut, however late its second line is") {
  const std::string secret = "first-line-of-it\nsecond-line-of-it";
  base::Secrets secrets;
  secrets.add(secret);
  const Shown lines = shown(secrets, {"first-line-of-it\n", "second-line-of-it\n", "rest\n"});
  for (const std::string& line : lines.all) CHECK(line.find("line-of-it") == std::string::npos);

  base::Secrets token;
  token.add("0123456789abcdefghijklmnopqrstuv");
  // base64 of it in lines of twenty characters
  const Shown wrapped = shown(token, {"MDEyMzQ1Njc4OWFiY2Rl\n", "ZmdoaWprbG1ub3BxcnN0\n", "dXY=\n"});
  for (const std::string& line : wrapped.all) CHECK(line.find("MDEyMzQ1Njc4OWFi") == std::string::npos);
}

TEST_CASE("the two streams do not run into each other") {
  Lines lines;
  const base::Secrets none;
  LiveOutput live(none, [&](const std::string& line) { lines.push_back(line); });
  live.add(OutputStream::output, "out");
  live.add(OutputStream::errors, "error\n");
  live.add(OutputStream::output, "put\n");
  live.finish();
  CHECK(lines == Lines{"error", "output"});
}

TEST_CASE("endless output is bounded") {
  std::string many;
  for (int i = 0; i < 5000; ++i) many += "line\n";
  const Shown lines = shown({}, {many});
  CHECK(lines.all.size() == LiveOutput::kMostLines + 1);
  CHECK(lines.all.back() == "(3000 more lines are not shown)");

  const Shown endless = shown({}, {std::string(200'000, 'x'), std::string(200'000, 'x'), "\nend\n"});
  CHECK(endless.all == Lines{"(a line that is too long)", "end"});
}

TEST_CASE("control characters of a script do not reach the terminal") {
  CHECK(shown({}, {"a\x1b[2Jb\n"}).all == Lines{"a\\x1b[2Jb"});
}
