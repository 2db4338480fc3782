#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace iter8::base {

/// The forms of a value that only knowledge of the value can find in a text: itself, hexadecimal, and base64
/// wherever the value stands in what was encoded, in both alphabets; also as a shell and YAML quote it. At
/// most kMostForms. Forms that escape single characters are found by reading the text (unescape.h). Values of
/// less than kShortestEncoded bytes have no encoded forms: too few characters to be surely meant.
std::vector<std::string> forms_to_find(std::string_view value);

/// The forms that another program, which only compares, should be told besides: percent-encoded and as JSON.
std::vector<std::string> forms_to_tell(std::string_view value);

constexpr std::size_t kMostForms = 15;
constexpr std::size_t kShortestEncoded = 8;

/// What stands between :// and @ of the URLs in a text: "user:password" and "password"; without a colon, the
/// user of http and https if it is long enough for a token. What is still to be filled in (${…}, {{…}}) is
/// left out.
std::vector<std::string> user_infos_in(std::string_view text);

/// The texts behind a colon in a JSON object: values of a secret that is a document of secrets.
std::vector<std::string> texts_of_object(std::string_view json);

}  // namespace iter8::base
