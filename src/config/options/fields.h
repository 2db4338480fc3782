#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "config/options/codec.h"

namespace iter8::config {

/// What a check says of a value whose type only its table knows.
using AnyCheck = std::function<std::optional<std::string>(const void* value)>;

/// Says what is wrong with a value of type M ("must be more than 0"), or nothing when it is fine. Made from
/// any function or lambda of that form.
template <typename M>
class Check {
 public:
  Check() = default;
  template <typename F>
  requires(!std::same_as<F, Check> && std::is_invocable_v<const F&, const M&>) Check(F objection)
      : any_([objection = std::move(objection)](const void* value) -> std::optional<std::string> {
          return objection(*static_cast<const M*>(value));
        }) {}

  std::optional<std::string> operator()(const M& value) const { return any_(&value); }
  const AnyCheck& any() const { return any_; }

 private:
  AnyCheck any_;
};

Check<double> positive();
Check<double> between(double least, double most);
Check<std::int64_t> at_least(std::int64_t least);
Check<std::int64_t> within(std::int64_t least, std::int64_t most);
Check<base::Duration> longer_than_zero();
Check<std::string> not_empty();

/// A check of M for a field that may be absent.
template <typename M>
Check<std::optional<M>> if_given(Check<M> check) {
  return [check = std::move(check)](const std::optional<M>& value) {
    return value ? check(*value) : std::nullopt;
  };
}

/// The codec of a member's type, by functions that any table can call: one set for each type, however many
/// tables have members of it.
struct MemberCodec {
  bool (*read)(const Node&, Problems&, void* value);
  std::string (*written)(const void* value);
  Schema (*schema)();
};

template <typename M>
inline constexpr MemberCodec kMemberCodec = {
    .read = [](const Node& node, Problems& problems,
               void* value) { return Codec<M>::read(node, problems, *static_cast<M*>(value)); },
    .written = [](const void* value) { return Codec<M>::written(*static_cast<const M*>(value)); },
    .schema = [] { return Codec<M>::schema(); }};

class FieldTable;

/// A table and the options that it fills.
struct FieldTarget {
  const FieldTable* table;
  void* options;
};

/// Fills several options from one map, each by its own table, as if the tables were one. Reports every
/// problem; true when there was none.
bool read_fields(const Node& node, Problems& problems, std::initializer_list<FieldTarget> targets);

/// The part of a table of fields that does not depend on the type of its options: it knows each member by its
/// distance from the options' beginning. Compiled once, in fields.cc: what stands in `Fields` is compiled
/// again for each options struct.
class FieldTable {
 public:
  const std::vector<FieldDoc>& docs() const { return docs_; }
  /// Whether there is a field of this name, in any spelling.
  bool knows(std::string_view name) const;
  Schema schema() const;

 protected:
  enum class Presence { required, optional };
  using AnyFunction = void (*)();  // a pointer to a function of another type
  using CallRule = void (*)(AnyFunction rule, const void* options, const Node&, Problems&);

  /// `initial` is the member of options that nobody has filled: the default.
  void add(std::string_view name, const MemberCodec& codec, std::size_t offset, const void* initial,
           std::string_view doc, const AnyCheck& check, Presence presence);
  void add_part(const FieldTable& part, std::size_t offset);
  void add_rule(AnyFunction rule, CallRule call) { rules_.push_back({rule, call, 0}); }
  void add_alias(std::string_view older);
  void show_default(std::string_view text) { docs_.back().fallback = text; }

 private:
  friend bool read_fields(const Node&, Problems&, std::initializer_list<FieldTarget>);

  struct Member {
    const MemberCodec* codec;
    std::size_t offset;
    AnyCheck check;
  };
  struct Rule {
    AnyFunction rule;
    CallRule call;
    std::size_t offset;
  };

  void read_field(std::size_t index, const Node& node, Problems& problems, void* options,
                  const std::vector<std::string>& names) const;

  std::vector<FieldDoc> docs_;
  std::vector<Member> members_;     // one for each of docs_
  std::vector<std::string> names_;  // every spelling that is known
  std::vector<Rule> rules_;
};

/// The table of one options struct: name, member, explanation and check of each field stand on one line.
/// Filling the struct, its validation, `iter8 tasks`, `iter8 schema` and the docs all come from this table.
/// Built once, then const: reading is safe from any thread.
///
///   const Fields<HttpOptions>& fields_of(const HttpOptions*) {
///     static const auto fields = Fields<HttpOptions>{}
///         .optional("qps", &HttpOptions::qps, "Requests per second and version", positive())
///         .required("url", &HttpOptions::url, "Where requests go").alias("endpoint");
///     return fields;
///   }
template <typename Options>
class Fields : public FieldTable {
 public:
  template <typename M>
  Fields& required(std::string_view name, M Options::*member, std::string_view doc,
                   const std::type_identity_t<Check<M>>& check = {}) {
    return add_member(name, member, doc, check, Presence::required);
  }
  /// The default is the member's own initial value.
  template <typename M>
  Fields& optional(std::string_view name, M Options::*member, std::string_view doc,
                   const std::type_identity_t<Check<M>>& check = {}) {
    return add_member(name, member, doc, check, Presence::optional);
  }
  /// An older spelling of the field added last.
  Fields& alias(std::string_view older) {
    add_alias(older);
    return *this;
  }
  /// Replaces the shown default of the field added last ("all cores").
  Fields& shown_default(std::string_view text) {
    show_default(text);
    return *this;
  }
  /// The fields of a struct inside the options, which stand in the same map as the options' own: what several
  /// tables share is written once.
  template <typename Part>
  Fields& part(Part Options::*member, const Fields<Part>& fields) {
    add_part(fields, offset_of(member));
    return *this;
  }
  /// A rule over several fields, run after all of them were read without error; reports what it finds.
  Fields& rule(void (*function)(const Options&, const Node&, Problems&)) {
    add_rule(reinterpret_cast<AnyFunction>(function),
             [](AnyFunction any, const void* options, const Node& node, Problems& problems) {
               reinterpret_cast<void (*)(const Options&, const Node&, Problems&)>(any)(
                   *static_cast<const Options*>(options), node, problems);
             });
    return *this;
  }

  /// Fills `options` from a map (null = all defaults) and reports every problem. True when there was none.
  bool read(const Node& node, Problems& problems, Options& options) const {
    return read_fields(node, problems, {{this, &options}});
  }

 private:
  static const Options& initial() {
    static const Options options{};
    return options;
  }
  template <typename M>
  static std::size_t offset_of(M Options::*member) {
    const Options& options = initial();
    return static_cast<std::size_t>(reinterpret_cast<const char*>(&(options.*member)) -
                                    reinterpret_cast<const char*>(&options));
  }
  template <typename M>
  Fields& add_member(std::string_view name, M Options::*member, std::string_view doc, const Check<M>& check,
                     Presence presence) {
    add(name, kMemberCodec<M>, offset_of(member), &(initial().*member), doc, check.any(), presence);
    return *this;
  }
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
FieldTarget target_of(T& options) {
  return {&fields_of<T>(), &options};
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
