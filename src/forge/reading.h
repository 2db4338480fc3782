#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "forge/client.h"

namespace iter8::forge {

// How responses are read: a key that is missing or of another type than it should be reads as nothing,
// because servers and their versions differ.

std::string text_at(const Json& object, const char* key);
std::int64_t integer_at(const Json& object, const char* key);
/// A whole number as a text, for a path; empty when there is none.
std::string id_at(const Json& object, const char* key = "id");
bool flag_at(const Json& object, const char* key);
/// An empty object when there is none.
const Json& object_at(const Json& object, const char* key);
/// The texts under `inner` of each object of a list.
std::vector<std::string> texts_at(const Json& object, const char* key, const char* inner);

/// The bytes of base64 with line breaks. Throws base::Error that names `what`.
std::string decode_base64(const std::string& base64, const std::string& what);

/// "owner/name" in its two parts. Throws base::Error for anything else.
struct RepositoryName {
  std::string owner;
  std::string name;
};
RepositoryName repository_name(const std::string& text);

/// Whether the server protects the branch at this path of its API. False when there is no such branch, and
/// when the token may not ask: then the server will not let it push either.
bool is_protected_branch(Client& client, const std::string& path, const std::string& branch);

/// Waits before the next attempt (1 s, 2 s, 4 s, …); throws base::Error when stopped.
void wait_before(int attempt, const ClientContext& context);

}  // namespace iter8::forge
