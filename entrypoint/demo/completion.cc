#include "entrypoint/demo/completion.h"

#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace iter8::demo {
namespace {

constexpr std::array<std::string_view, 8> kWords = {"This ",  "version ", "answers ", "in ",
                                                    "words ", "of ",      "known ",   "pace. "};

std::string event(const Behavior& behavior, std::string_view delta, std::string_view rest) {
  return fmt::format(
      "data: "
      "{{\"id\":\"demo\",\"object\":\"chat.completion.chunk\",\"model\":\"{}\",\"choices\":[{{\"index\":0,"
      "\"delta\":{{{}}},{}}}\n\n",
      behavior.name, delta, rest);
}

}  // namespace

std::vector<Part> completion_parts(const Behavior& behavior, base::Duration first) {
  constexpr std::string_view kGoesOn = "\"finish_reason\":null}]";
  std::vector<Part> parts;
  parts.push_back({.text = event(behavior, R"("role":"assistant","content":"")", kGoesOn)});
  for (int token = 0; token < behavior.tokens; ++token) {
    const std::string_view word = kWords[static_cast<std::size_t>(token) % kWords.size()];
    parts.push_back({.delay = first + token * behavior.gap,
                     .text = event(behavior, fmt::format(R"("content":"{}")", word), kGoesOn)});
  }
  const std::string usage = fmt::format(
      R"("finish_reason":"stop"}}],"usage":{{"prompt_tokens":1,"completion_tokens":{0},"total_tokens":{1}}})",
      behavior.tokens, behavior.tokens + 1);
  parts.back().text += event(behavior, "", usage) + "data: [DONE]\n\n";
  return parts;
}

}  // namespace iter8::demo
