#include "load/request/request_builder.h"

#include <algorithm>
#include <random>

namespace iter8::load {
namespace {

/// UUIDs must differ between runs and machines, so their generator is not seeded reproducibly.
std::uint64_t fresh_seed() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

/// A random UUID: version 4 of RFC 9562, section 5.4.
std::array<char, 36> make_uuid(SplitMix64& random) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::uint64_t high = (random.next() & ~std::uint64_t{0xf000}) | 0x4000;
  std::uint64_t low = (random.next() & ~(std::uint64_t{3} << 62)) | std::uint64_t{1} << 63;
  std::array<char, 36> text{};
  std::size_t digit = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      text[i] = '-';
      continue;
    }
    std::uint64_t& half = digit < 16 ? high : low;
    text[i] = kDigits[half >> 60];
    half <<= 4;
    ++digit;
  }
  return text;
}

/// A number that looks random, and is the same for the same request of the same seed.
std::uint64_t hash_of(std::uint64_t seed, std::uint64_t number) {
  return SplitMix64(SplitMix64(seed).next() ^ number).next();
}

double unit_interval(std::uint64_t bits) {
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

}  // namespace

bool RequestVariant::is_fixed() const {
  return path.is_fixed() && rest.is_fixed() && body.is_fixed() && has_fixed_fields();
}

bool RequestVariant::has_fixed_fields() const {
  return std::ranges::all_of(fields, [](const Field& field) { return field.value.is_fixed(); });
}

RequestBuilder::RequestBuilder(const Requests& requests) : requests_(&requests), random_(fresh_seed()) {
  draw_.worker = requests.builders->fetch_add(1, std::memory_order_relaxed);
}

void RequestBuilder::redraw(base::WallTime time) {
  draw_.uuid = make_uuid(random_);
  draw_.time = time;
}

const RequestVariant& RequestBuilder::next() {
  const std::uint64_t count = requests_->started->fetch_add(1, std::memory_order_relaxed);
  draw_.number = requests_->first + count * requests_->stride;
  draw_.uuid = make_uuid(random_);
  if (requests_->rows != nullptr) {
    const std::uint64_t at =
        requests_->row_order == RowOrder::random ? hash_of(~requests_->seed, draw_.number) : draw_.number;
    draw_.row = static_cast<std::size_t>(at % requests_->rows->count());
  }
  const std::vector<RequestVariant>& variants = requests_->variants;
  variant_ = variants.data();
  if (variants.size() > 1) {
    const double at = unit_interval(hash_of(requests_->seed, draw_.number));
    while (variant_ != &variants.back() && at >= variant_->share) ++variant_;
  }
  return *variant_;
}

std::string_view RequestBuilder::http1() {
  draw_length();
  cookie_line_.clear();
  if (!jar_.text().empty()) {
    cookie_line_ += "Cookie: ";
    cookie_line_ += jar_.text();
    cookie_line_ += "\r\n";
  }
  draw_.cookies = cookie_line_;
  buffer_ = variant_->line;
  variant_->path.append_to(buffer_, draw_);
  variant_->rest.append_to(buffer_, draw_);
  variant_->body.append_to(buffer_, draw_);
  return buffer_;
}

}  // namespace iter8::load
