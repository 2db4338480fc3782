#include "stats/histogram/hdr_counts.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "base/compression.h"
#include "base/encoding.h"
#include "base/error.h"

namespace iter8::stats {
namespace {

// The encoding is the one of the reference implementation, HdrHistogram 2.1: "V2" writes counts as ZigZag
// LEB128 numbers of at most nine bytes, a negative one standing for so many empty buckets.
constexpr std::uint32_t kPlainCookie = 0x1c849313;
constexpr std::uint32_t kCompressedCookie = 0x1c849314;
constexpr std::uint32_t kDigits = 3;
constexpr std::uint64_t kLowest = 1;
constexpr std::uint64_t kHighest = 3'600'000'000'000;
constexpr std::size_t kHeader = 40;
constexpr int kHalfBits = 10;  // each power of two has 1024 buckets, and the first group 2048
constexpr std::size_t kHalfBuckets = std::size_t{1} << kHalfBits;
constexpr std::size_t kMostBuckets = 33 * kHalfBuckets;
constexpr std::size_t kUnpackedLimit = kHeader + 9 * kMostBuckets;

std::size_t bucket_of(std::uint64_t value) {
  const int shift = std::max(0, static_cast<int>(std::bit_width(value)) - kHalfBits - 1);
  return static_cast<std::size_t>(shift) * kHalfBuckets + static_cast<std::size_t>(value >> shift);
}

/// First value of the bucket; the last one is that of the next bucket, less 1.
std::int64_t lower_end(std::size_t bucket) {
  if (bucket < 2 * kHalfBuckets) return static_cast<std::int64_t>(bucket);
  const std::size_t shift = bucket / kHalfBuckets - 1;
  return static_cast<std::int64_t>((bucket - shift * kHalfBuckets) << shift);
}

template <typename T>
void put(std::string& out, T value) {
  for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8)
    out += static_cast<char>(value >> shift & 0xff);
}

void put_count(std::string& out, std::int64_t count) {
  std::uint64_t bits = (static_cast<std::uint64_t>(count) << 1) ^ static_cast<std::uint64_t>(count >> 63);
  for (int i = 0; i < 8 && bits > 0x7f; ++i, bits >>= 7) out += static_cast<char>(bits | 0x80);
  out += static_cast<char>(bits);
}

[[noreturn]] void fail(const char* why) {
  throw base::Error(std::string("HdrHistogram: ") + why);
}

/// Takes numbers off the front of bytes that may be anything.
class Bytes {
 public:
  explicit Bytes(std::string_view rest) : rest_(rest) {}

  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

  template <typename T>
  T take() {
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) value = static_cast<T>(value << 8 | byte());
    return value;
  }

  std::int64_t count() {
    std::uint64_t bits = 0;
    for (int shift = 0;; shift += 7) {
      const std::uint64_t part = byte();
      if (shift == 56) {
        bits |= part << shift;
        break;
      }
      bits |= (part & 0x7f) << shift;
      if ((part & 0x80) == 0) break;
    }
    return static_cast<std::int64_t>(bits >> 1) ^ -static_cast<std::int64_t>(bits & 1);
  }

 private:
  std::uint8_t byte() {
    if (rest_.empty()) fail("the bytes end too early");
    const auto value = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }

  std::string_view rest_;
};

std::string unpacked(std::string_view text) {
  const auto bytes = base::from_base64(text);
  if (!bytes) fail("the text is not base64");
  Bytes reader(*bytes);
  if (reader.take<std::uint32_t>() != kCompressedCookie) fail("not the compressed form, version 2");
  if (reader.take<std::uint32_t>() != reader.rest().size()) fail("the length is wrong");
  return base::decompress(reader.rest(), kUnpackedLimit);
}

}  // namespace

HdrCounts::HdrCounts(const Histogram& histogram) {
  for (const Histogram::Cell& cell : histogram.cells()) {
    const std::size_t bucket = bucket_of(static_cast<std::uint64_t>(cell.lower));
    if (counts_.size() <= bucket) counts_.resize(bucket + 1);
    counts_[bucket] = cell.count;
  }
}

std::string HdrCounts::text() const {
  std::string payload;
  for (std::size_t i = 0; i < counts_.size();) {
    const auto next = std::find_if(counts_.begin() + static_cast<std::ptrdiff_t>(i), counts_.end(),
                                   [](std::int64_t count) { return count != 0; });
    const std::int64_t empty = next - (counts_.begin() + static_cast<std::ptrdiff_t>(i));
    if (empty > 0) put_count(payload, empty == 1 ? 0 : -empty);
    i += static_cast<std::size_t>(empty);
    if (i < counts_.size()) put_count(payload, counts_[i++]);
  }
  std::string plain;
  put(plain, kPlainCookie);
  put(plain, static_cast<std::uint32_t>(payload.size()));
  put(plain, std::uint32_t{0});  // normalizing index offset
  put(plain, kDigits);
  put(plain, kLowest);
  put(plain, kHighest);
  put(plain, std::bit_cast<std::uint64_t>(1.0));  // from integers to values
  const std::string packed = base::compress(plain + payload);
  std::string bytes;
  put(bytes, kCompressedCookie);
  put(bytes, static_cast<std::uint32_t>(packed.size()));
  return base::base64(bytes + packed);
}

HdrCounts HdrCounts::parse(std::string_view text) {
  const std::string plain = unpacked(text);
  Bytes reader(plain);
  if (reader.take<std::uint32_t>() != kPlainCookie) fail("the inner form is not version 2");
  const auto size = reader.take<std::uint32_t>();
  const bool same_layout = reader.take<std::uint32_t>() == 0 && reader.take<std::uint32_t>() == kDigits &&
                           reader.take<std::uint64_t>() == kLowest;
  reader.take<std::uint64_t>();  // the highest value only bounds the number of counts
  reader.take<std::uint64_t>();
  if (!same_layout) fail("not nanoseconds with three significant digits");
  if (size != reader.rest().size()) fail("the length of the counts is wrong");

  HdrCounts counts;
  while (!reader.at_end()) {
    const std::int64_t count = reader.count();
    if (count >= 0) {
      counts.counts_.push_back(count);
    } else if (count < -static_cast<std::int64_t>(kMostBuckets)) {
      fail("there are too many buckets");
    } else {
      counts.counts_.resize(counts.counts_.size() + static_cast<std::size_t>(-count));
    }
    if (counts.counts_.size() > kMostBuckets) fail("there are too many buckets");
  }
  counts.check_total();
  while (!counts.counts_.empty() && counts.counts_.back() == 0) counts.counts_.pop_back();
  return counts;
}

void HdrCounts::add(const HdrCounts& other) {
  counts_.resize(std::max(counts_.size(), other.counts_.size()));
  for (std::size_t i = 0; i < other.counts_.size(); ++i)
    if (__builtin_add_overflow(counts_[i], other.counts_[i], &counts_[i])) fail("a count is too large");
  check_total();
}

/// Sums that no measurement reaches come from texts that nobody measured.
void HdrCounts::check_total() const {
  std::int64_t total = 0;
  for (const std::int64_t count : counts_)
    if (__builtin_add_overflow(total, count, &total)) fail("the counts are too large");
}

std::int64_t HdrCounts::total() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::int64_t{0});
}

std::int64_t HdrCounts::percentile(double p) const {
  constexpr double kRankRounding = 1e-12;  // 99.9 % of 20 000 is 19 980, whatever p / 100 rounds to
  const double exact = p / 100 * static_cast<double>(total());
  const auto rank =
      std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(exact * (1 - kRankRounding))));
  std::int64_t cumulative = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    cumulative += counts_[i];
    if (cumulative >= rank) return lower_end(i + 1) - 1;
  }
  return 0;
}

std::vector<Histogram::Cell> HdrCounts::cells(std::size_t merged) const {
  std::vector<Histogram::Cell> cells;
  for (std::size_t first = 0; first < counts_.size(); first += merged) {
    std::int64_t count = 0;
    for (std::size_t i = first; i < std::min(first + merged, counts_.size()); ++i) count += counts_[i];
    if (count > 0) cells.push_back({lower_end(first), lower_end(first + merged) - 1, count});
  }
  return cells;
}

}  // namespace iter8::stats
