#pragma once

#include <concepts>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/options/codec.h"

namespace iter8::config {

/// Says what is wrong with a value ("must be more than 0"), or nothing when it is fine.
template <typename M>
using Check = std::function<std::optional<std::string>(const M&)>;

Check<double> positive();
Check<double> between(double least, double most);
Check<std::int64_t> at_least(std::int64_t least);
Check<std::int64_t> within(std::int64_t least, std::int64_t most);
Check<base::Duration> longer_than_zero();
Check<std::string> not_empty();

/// A check of M for a field that may be absent.
template <typename M>
Check<std::optional<M>> if_given(Check<M> check) {
  return [check](const std::optional<M>& value) { return value ? check(*value) : std::nullopt; };
}

/// Parts of reading that do not depend on the options' type; implemented in fields.cc.
struct KnownKeys {
  std::vector<std::string> names;  // canonical and older spellings
  const Node::Entry* match(const Node& map, const std::string& name, const std::vector<std::string>& aliases,
                           Problems& problems) const;  // also reports the same field given twice
  void report_unknown(const Node& map, Problems& problems) const;
};

/// The table of one options struct: name, member, explanation and check of each field stand on one line.
/// Filling the struct, its validation, `iter8 tasks`, `iter8 schema` and the docs all come from this table.
/// Built once, then const.
///
///   const Fields<HttpOptions>& http_fields() {
///     static const auto fields = Fields<HttpOptions>{}
///         .optional("qps", &HttpOptions::qps, "Requests per second and version", positive())
///         .required("url", &HttpOptions::url, "Where requests go").alias("endpoint");
///     return fields;
///   }
template <typename Options>
class Fields {
 public:
  template <typename M>
  Fields& required(std::string name, M Options::*member, std::string doc, Check<M> check = {}) {
    return add(std::move(name), member, std::move(doc), std::move(check), Presence::required);
  }
  /// The default is the member's own initial value.
  template <typename M>
  Fields& optional(std::string name, M Options::*member, std::string doc, Check<M> check = {}) {
    return add(std::move(name), member, std::move(doc), std::move(check), Presence::optional);
  }
  /// An older spelling of the field added last.
  Fields& alias(std::string older) {
    known_.names.push_back(older);
    docs_.back().aliases.push_back(std::move(older));
    return *this;
  }
  /// Replaces the shown default of the field added last ("all cores").
  Fields& shown_default(std::string text) {
    docs_.back().fallback = std::move(text);
    return *this;
  }
  /// The fields of a struct inside the options, which stand in the same map as the options' own: what several
  /// tables share is written once.
  template <typename Part>
  Fields& part(Part Options::*member, const Fields<Part>& fields) {
    known_.names.insert(known_.names.end(), fields.known_.names.begin(), fields.known_.names.end());
    docs_.insert(docs_.end(), fields.docs_.begin(), fields.docs_.end());
    for (const auto& reader : fields.readers_)
      readers_.push_back([part = &fields, reader, member](const Fields&, const Node& node, Problems& problems,
                                                          Options& options) {
        return reader(*part, node, problems, options.*member);
      });
    for (const auto& rule : fields.rules_)
      rules_.push_back([rule, member](const Options& options, const Node& node, Problems& problems) {
        rule(options.*member, node, problems);
      });
    return *this;
  }
  /// A rule over several fields, run after all of them were read without error; reports what it finds.
  Fields& rule(std::function<void(const Options&, const Node&, Problems&)> rule) {
    rules_.push_back(std::move(rule));
    return *this;
  }

  /// Fills `options` from a map (null = all defaults) and reports every problem. True when there was none.
  bool read(const Node& node, Problems& problems, Options& options) const {
    if (node.kind != Node::Kind::map && node.kind != Node::Kind::null)
      return expected(node, problems, "a map");
    const std::size_t before = problems.all().size();
    for (const auto& reader : readers_) reader(*this, node, problems, options);
    known_.report_unknown(node, problems);
    if (!problems.has_errors_since(before))  // a misspelt key is one problem, not also a missing one
      for (const auto& rule : rules_) rule(options, node, problems);
    return !problems.has_errors_since(before);
  }

  const std::vector<FieldDoc>& docs() const { return docs_; }
  Schema schema() const {
    return {.type = Schema::Type::object, .choices = {}, .inner = {}, .fields = docs_};
  }

 private:
  template <typename>
  friend class Fields;
  enum class Presence { required, optional };

  template <typename M>
  // Moves both, which the check does not see in a template.
  // NOLINTNEXTLINE(performance-unnecessary-value-param)
  Fields& add(std::string name, M Options::*member, std::string doc, Check<M> check, Presence presence) {
    const std::size_t index = docs_.size();
    known_.names.push_back(name);
    docs_.push_back({.name = std::move(name),
                     .aliases = {},
                     .doc = std::move(doc),
                     .fallback = presence == Presence::required ? "" : Codec<M>::written(Options{}.*member),
                     .required = presence == Presence::required,
                     .schema = Codec<M>::schema()});
    readers_.push_back([this_index = index, member, check = std::move(check)](
                           const Fields& self, const Node& node, Problems& problems, Options& options) {
      const FieldDoc& field = self.docs_[this_index];
      const Node::Entry* entry = self.known_.match(node, field.name, field.aliases, problems);
      if (!entry || entry->value.kind == Node::Kind::null) {
        if (!field.required) return true;
        problems.error(node.position, "missing key '" + field.name + "': " + field.doc);
        return false;
      }
      const Problems::ReadingKey reading(problems, field.name);
      if (!Codec<M>::read(entry->value, problems, options.*member)) return false;
      const auto objection = check ? check(options.*member) : std::nullopt;
      if (!objection) return true;
      problems.error(entry->value.position,
                     field.name + " " + *objection + ", found " + entry->value.described());
      return false;
    });
    return *this;
  }

  using Reader = std::function<bool(const Fields&, const Node&, Problems&, Options&)>;
  KnownKeys known_;
  std::vector<FieldDoc> docs_;
  std::vector<Reader> readers_;
  std::vector<std::function<void(const Options&, const Node&, Problems&)>> rules_;
};

/// A nested options struct: specialise `const Fields<T>& fields_of(const T*)` beside T, found by argument
/// lookup.
template <typename T>
concept HasFields = requires(const T* options) {
  { fields_of(options) } -> std::same_as<const Fields<T>&>;
};

/// The table of a type by its type alone: `config::fields_of<HttpOptions>()`.
template <HasFields T>
const Fields<T>& fields_of() {
  return fields_of(static_cast<const T*>(nullptr));
}

template <HasFields T>
struct Codec<T> {
  static Schema schema() { return fields_of<T>().schema(); }
  static bool read(const Node& node, Problems& problems, T& value) {
    return fields_of<T>().read(node, problems, value);
  }
  static std::string written(const T&) { return {}; }
};

}  // namespace iter8::config
