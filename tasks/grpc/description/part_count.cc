#include "tasks/grpc/description/part_count.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/error.h"
#include "tasks/grpc/description/wire_fields.h"

namespace iter8::tasks::grpc {
namespace {

/// What has other messages inside; everything else is a leaf.
enum class PartKind : std::uint8_t {
  file,
  message,
  field,
  one_of,
  enumeration,
  enum_value,  // and a range of extensions, which is built alike
  service,
  method,
  options,
  sources,
  leaf,
};

struct Inside {
  PartKind whole;
  int number;
  PartKind part;
};
/// Source: google/protobuf/descriptor.proto.
constexpr std::array kInside = {
    Inside{PartKind::file, 4, PartKind::message},
    Inside{PartKind::file, 5, PartKind::enumeration},
    Inside{PartKind::file, 6, PartKind::service},
    Inside{PartKind::file, 7, PartKind::field},
    Inside{PartKind::file, 8, PartKind::options},
    Inside{PartKind::file, 9, PartKind::sources},
    Inside{PartKind::message, 2, PartKind::field},
    Inside{PartKind::message, 3, PartKind::message},
    Inside{PartKind::message, 4, PartKind::enumeration},
    Inside{PartKind::message, 5, PartKind::enum_value},
    Inside{PartKind::message, 6, PartKind::field},
    Inside{PartKind::message, 7, PartKind::options},
    Inside{PartKind::message, 8, PartKind::one_of},
    Inside{PartKind::message, 9, PartKind::leaf},
    Inside{PartKind::field, 8, PartKind::options},
    Inside{PartKind::one_of, 2, PartKind::options},
    Inside{PartKind::enumeration, 2, PartKind::enum_value},
    Inside{PartKind::enumeration, 3, PartKind::options},
    Inside{PartKind::enumeration, 4, PartKind::leaf},
    Inside{PartKind::enum_value, 3, PartKind::options},
    Inside{PartKind::service, 2, PartKind::method},
    Inside{PartKind::service, 3, PartKind::options},
    Inside{PartKind::method, 4, PartKind::options},
    Inside{PartKind::options, 999, PartKind::leaf},
    Inside{PartKind::sources, 1, PartKind::leaf},
};
/// libprotobuf reads nothing deeper.
constexpr int kDeepestPart = 100;

std::size_t count_parts(std::string_view bytes, PartKind kind, int depth) {
  std::size_t count = 0;
  const bool is_message = each_field(bytes, [&](const WireField& field) {
    if (!field.is_text) return;
    ++count;
    const auto inside = std::ranges::find_if(
        kInside, [&](const Inside& each) { return each.whole == kind && each.number == field.number; });
    if (inside != kInside.end() && depth < kDeepestPart)
      count += count_parts(field.text, inside->part, depth + 1);
  });
  if (!is_message) throw base::Error("expected the description of a file, found other bytes");
  return count;
}

}  // namespace

std::size_t count_description_parts(std::string_view serialised) {
  return count_parts(serialised, PartKind::file, 0);
}

}  // namespace iter8::tasks::grpc
