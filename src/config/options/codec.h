#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/duration.h"
#include "base/number.h"
#include "config/options/schema.h"
#include "config/template/template.h"
#include "config/yaml/node.h"
#include "config/yaml/problems.h"

namespace iter8::config {

/// How a C++ type is written in the file. A specialisation has
///   static Schema schema();
///   static bool read(const Node&, Problems&, T&);  // false after reporting "expected …, found …"
///   static std::string written(const T&);          // a default as a user writes it; empty: not shown
/// A type with a table of fields (fields.h) gets its codec from there.
template <typename T>
struct Codec;

/// "expected WHAT, found NODE" at the node's position; returns false so that readers can return it.
bool expected(const Node& node, Problems& problems, std::string_view what);

template <>
struct Codec<bool> {
  static Schema schema() { return {.type = Schema::Type::boolean}; }
  static bool read(const Node& node, Problems& problems, bool& value);
  static std::string written(const bool& value) { return value ? "true" : "false"; }
};

template <>
struct Codec<std::int64_t> {
  static Schema schema() { return {.type = Schema::Type::integer}; }
  static bool read(const Node& node, Problems& problems, std::int64_t& value);
  static std::string written(const std::int64_t& value) { return std::to_string(value); }
};

template <>
struct Codec<double> {
  static Schema schema() { return {.type = Schema::Type::number}; }
  static bool read(const Node& node, Problems& problems, double& value);
  static std::string written(const double& value) { return base::shortest(value); }
};

/// Any scalar is text as written: `tag: 1.20` is "1.20".
template <>
struct Codec<std::string> {
  static Schema schema() { return {.type = Schema::Type::text}; }
  static bool read(const Node& node, Problems& problems, std::string& value);
  static std::string written(const std::string& value) { return value; }
};

template <>
struct Codec<base::Duration> {
  static Schema schema() { return {.type = Schema::Type::duration}; }
  static bool read(const Node& node, Problems& problems, base::Duration& value);
  static std::string written(const base::Duration& value) { return base::to_text(value); }
};

template <>
struct Codec<Template> {
  static Schema schema() { return {.type = Schema::Type::text}; }
  static bool read(const Node& node, Problems& problems, Template& value);
  static std::string written(const Template& value) { return value.text(); }
};

/// The node itself, for what is passed on unread (a plugin's `with`).
template <>
struct Codec<Node> {
  static Schema schema() { return {.type = Schema::Type::any}; }
  static bool read(const Node& node, Problems&, Node& value) {
    value = node;
    return true;
  }
  static std::string written(const Node&) { return {}; }
};

template <typename T>
struct Codec<std::optional<T>> {
  static Schema schema() { return Codec<T>::schema(); }
  static bool read(const Node& node, Problems& problems, std::optional<T>& value) {
    T inner{};
    if (!Codec<T>::read(node, problems, inner)) return false;
    value = std::move(inner);
    return true;
  }
  static std::string written(const std::optional<T>& value) { return value ? Codec<T>::written(*value) : ""; }
};

template <typename T>
struct Codec<std::vector<T>> {
  static Schema schema() {
    return {.type = Schema::Type::list, .choices = {}, .inner = {Codec<T>::schema()}};
  }
  static bool read(const Node& node, Problems& problems, std::vector<T>& value) {
    if (node.kind != Node::Kind::sequence) return expected(node, problems, "a list");
    bool good = true;
    value.clear();
    for (const Node& item : node.items) {
      T element{};
      good = Codec<T>::read(item, problems, element) && good;
      value.push_back(std::move(element));
    }
    return good;
  }
  static std::string written(const std::vector<T>& value) {
    if (value.empty()) return {};
    std::string text = "[";
    for (const T& element : value) text += (text.size() > 1 ? ", " : "") + Codec<T>::written(element);
    return text + "]";
  }
};

/// A map with keys of the user's choice, in the order of the file.
template <typename T>
struct Codec<std::vector<std::pair<std::string, T>>> {
  using Map = std::vector<std::pair<std::string, T>>;
  static Schema schema() { return {.type = Schema::Type::map, .choices = {}, .inner = {Codec<T>::schema()}}; }
  static bool read(const Node& node, Problems& problems, Map& value) {
    if (node.kind != Node::Kind::map) return expected(node, problems, "a map");
    bool good = true;
    value.clear();
    for (const Node::Entry& entry : node.entries) {
      T element{};
      good = Codec<T>::read(entry.value, problems, element) && good;
      value.emplace_back(entry.key, std::move(element));
    }
    return good;
  }
  static std::string written(const Map&) { return {}; }
};

/// For enumerations: the words of a file and what they stand for. A specialisation has
///   static constexpr std::array names{std::pair{"word", E::value}, …};
template <typename E>
struct Choices;

bool read_choice(const Node& node, Problems& problems, const std::vector<std::string>& names,
                 std::size_t& index);

template <typename E>
requires requires {
  Choices<E>::names;
}
struct Codec<E> {
  static std::vector<std::string> words() {
    std::vector<std::string> list;
    for (const auto& [word, value] : Choices<E>::names) list.emplace_back(word);
    return list;
  }
  static Schema schema() { return {.type = Schema::Type::choice, .choices = words()}; }
  static bool read(const Node& node, Problems& problems, E& value) {
    std::size_t index = 0;
    if (!read_choice(node, problems, words(), index)) return false;
    value = Choices<E>::names[index].second;
    return true;
  }
  static std::string written(const E& value) {
    for (const auto& [word, choice] : Choices<E>::names)
      if (choice == value) return word;
    return {};
  }
};

}  // namespace iter8::config
