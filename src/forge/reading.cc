#include "forge/reading.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/error.h"
#include "base/text.h"

namespace iter8::forge {

namespace {

const Json* found_at(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

}  // namespace

std::string text_at(const Json& object, const char* key) {
  const Json* value = found_at(object, key);
  return value && value->is_string() ? value->get<std::string>() : "";
}

std::int64_t integer_at(const Json& object, const char* key) {
  const Json* value = found_at(object, key);
  return value && value->is_number_integer() ? value->get<std::int64_t>() : 0;
}

std::string id_at(const Json& object, const char* key) {
  const Json* value = found_at(object, key);
  return value && value->is_number_integer() ? std::to_string(value->get<std::int64_t>()) : "";
}

bool flag_at(const Json& object, const char* key) {
  const Json* value = found_at(object, key);
  return value && value->is_boolean() && value->get<bool>();
}

const Json& object_at(const Json& object, const char* key) {
  static const Json none = Json::object();
  const Json* value = found_at(object, key);
  return value && value->is_object() ? *value : none;
}

std::vector<std::string> texts_at(const Json& object, const char* key, const char* inner) {
  std::vector<std::string> texts;
  const Json* list = found_at(object, key);
  if (list && list->is_array())
    for (const Json& item : *list)
      if (std::string text = item.is_string() ? item.get<std::string>() : text_at(item, inner); !text.empty())
        texts.push_back(std::move(text));
  return texts;
}

std::string decode_base64(const std::string& base64, const std::string& what) {
  std::string joined = base64;
  std::erase_if(joined, [](char c) { return c == '\n' || c == '\r'; });
  auto bytes = base::from_base64(joined);
  if (!bytes) throw base::Error("the server's response for " + what + " is not base64");
  return std::move(*bytes);
}

RepositoryName repository_name(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == text.size() ||
      text.find('/', slash + 1) != std::string::npos)
    throw base::Error("expected a repository as owner/name, found '" + base::printable(text) + "'");
  return {.owner = text.substr(0, slash), .name = text.substr(slash + 1)};
}

bool is_protected_branch(Client& client, const std::string& path, const std::string& branch) {
  const Response response = client.send({.path = path,
                                         .purpose = "ask whether the branch " + branch + " is protected",
                                         .expected = {403, 404}});
  return response.is_good() && flag_at(response.body, "protected");
}

void wait_before(int attempt, const ClientContext& context) {
  constexpr int most_doublings = 5;
  const base::Duration delay = std::chrono::seconds(1) * (1 << std::clamp(attempt - 2, 0, most_doublings));
  if (!context.clock.wait_until(context.clock.now() + delay, context.stop)) throw base::Error("stopped");
}

}  // namespace iter8::forge
