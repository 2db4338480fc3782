#pragma once

#include <string>

#include "config/options/codec.h"

namespace iter8::config {

/// A value that remembers where the file gave it, for what is checked or reported after reading.
template <typename T>
struct Located {
  T value;
  Position position;
};

template <typename T>
struct Codec<Located<T>> {
  static Schema schema() { return Codec<T>::schema(); }
  static bool read(const Node& node, Problems& problems, Located<T>& located) {
    located.position = node.position;
    return Codec<T>::read(node, problems, located.value);
  }
  static std::string written(const Located<T>& located) { return Codec<T>::written(located.value); }
};

}  // namespace iter8::config
