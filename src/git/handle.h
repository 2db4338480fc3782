#pragma once

#include <memory>

#include "base/error.h"
#include "git/library.h"

namespace iter8::git {

/// An object of libgit2, freed by the function that belongs to it.
template <typename T>
using Handle = std::unique_ptr<T, void (*)(T*)>;

/// Calls `make(T**)` and owns what it made. Throws base::Error, "cannot WHAT: REASON".
template <typename T, typename Make>
Handle<T> make_handle(void (*free)(T*), const std::string& what, Make make) {
  T* object = nullptr;
  Library::get().check(make(&object), what);
  return Handle<T>(object, free);
}

/// The object id that 40 hexadecimal digits are.
inline git_oid oid_of(const std::string& hex) {
  git_oid oid;
  Library::get().check(Library::get().git_oid_fromstr(&oid, hex.c_str()), "read the id " + hex);
  return oid;
}

inline std::string hex_of(const git_oid& oid) {
  char text[GIT_OID_HEXSZ + 1] = "";
  return Library::get().git_oid_tostr(text, sizeof text, &oid);
}

}  // namespace iter8::git
