#include "load/protocol/response_validator.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace iter8::load {
namespace {

bool is_among(int status, const std::vector<StatusRange>& ranges) {
  return std::ranges::any_of(
      ranges, [status](const StatusRange& range) { return status >= range.lower && status <= range.upper; });
}

bool same_name(std::string_view one, std::string_view other) {
  return one.size() == other.size() && base::lower(one) == base::lower(other);
}

}  // namespace

void ResponseValidator::begin(const Expectation* expected, CookieJar* jar) {
  expected_ = expected;
  jar_ = jar;
  field_matches_.assign(expected != nullptr ? expected->headers.size() : 0, false);
  text_matches_ = false;
  compressed_ = false;
  undecodable_ = false;
  last_bytes_.clear();
}

void ResponseValidator::field(std::string_view name, std::string_view value) {
  if (jar_ != nullptr && same_name(name, "set-cookie")) jar_->set(value);
  if (expected_ == nullptr) return;
  for (std::size_t i = 0; i < expected_->headers.size(); ++i) {
    const auto& [expected_name, text] = expected_->headers[i];
    if (same_name(name, expected_name) && value.find(text) != std::string_view::npos)
      field_matches_[i] = true;
  }
  if (!wants_body() || !same_name(name, "content-encoding")) return;
  const std::string encoding = base::lower(value);
  compressed_ = encoding == "gzip" || encoding == "x-gzip" || encoding == "deflate";
  undecodable_ = !compressed_ && encoding != "identity";
  if (compressed_) inflater_.reset();
}

void ResponseValidator::body(std::string_view bytes) {
  if (!wants_body() || text_matches_ || undecodable_) return;
  if (!compressed_) return search(bytes);
  if (!inflater_.feed(bytes, [this](std::string_view piece) { search(piece); })) undecodable_ = true;
}

/// The text may begin in one piece and end in the next: the last bytes before are searched together with the
/// first ones of this piece, then the piece itself.
void ResponseValidator::search(std::string_view bytes) {
  if (text_matches_) return;
  const std::string& text = expected_->body_contains;
  const std::size_t overlap = text.size() - 1;
  if (!last_bytes_.empty()) {
    last_bytes_ += bytes.substr(0, overlap);
    text_matches_ = last_bytes_.find(text) != std::string::npos;
  }
  text_matches_ = text_matches_ || bytes.find(text) != std::string_view::npos;
  if (text_matches_) return;
  if (bytes.size() >= overlap) {
    last_bytes_ = bytes.substr(bytes.size() - overlap);
  } else if (last_bytes_.empty()) {
    last_bytes_ = bytes;
  } else if (last_bytes_.size() > overlap) {
    last_bytes_.erase(0, last_bytes_.size() - overlap);
  }
}

std::string_view ResponseValidator::problem(int status) {
  if (expected_ == nullptr) return {};
  problem_.clear();
  if (!expected_->statuses.empty() && !is_among(status, expected_->statuses)) {
    problem_ = fmt::format("the status is {}, which is not expected", status);
  } else if (const auto missing = std::ranges::find(field_matches_, false); missing != field_matches_.end()) {
    const auto& [name, text] = expected_->headers[static_cast<std::size_t>(missing - field_matches_.begin())];
    problem_ = text.empty() ? fmt::format("the response has no field '{}'", name)
                            : fmt::format("the response has no field '{}' with '{}'", name, text);
  } else if (wants_body() && undecodable_ && !text_matches_) {
    problem_ = "the body has a content encoding that cannot be decoded";
  } else if (wants_body() && !text_matches_) {
    problem_ = fmt::format("the body does not contain '{}'", expected_->body_contains);
  }
  return problem_;
}

}  // namespace iter8::load
