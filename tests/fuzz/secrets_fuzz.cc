// Masking must end for every secret and text, leave the secret nowhere in plain, and map each reading of a
// text back to it.
#include <cstdint>
#include <cstdlib>

#include "base/secret_forms.h"
#include "base/secrets.h"
#include "base/text.h"
#include "base/unescape.h"

using namespace iter8::base;

namespace {

void check_reading(std::string_view text, Escaping escaping) {
  const Unescaped reading = unescape(text, escaping);
  if (reading.origin.size() != reading.text.size() + 1 || reading.origin.back() != text.size()) abort();
  for (std::size_t i = 0; i < reading.text.size(); ++i)
    if (reading.origin[i] > reading.origin[i + 1]) abort();
  if (!may_be_escaped(text, escaping) && reading.text != text) abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = input.find('\x1F');
  if (end == std::string_view::npos) return 0;
  const std::string_view secret = trim(input.substr(0, end));
  const std::string_view text = input.substr(end + 1);
  Secrets secrets;
  secrets.add_user_infos(text);
  const bool is_hidden = secrets.add(secret);
  const std::string masked = secrets.mask(text);
  // "***" itself may make a secret of asterisks again.
  if (is_hidden && secret.find('*') == std::string_view::npos && masked.find(secret) != std::string::npos)
    abort();
  if (forms_to_find(secret).size() > kMostForms) abort();
  for (const Escaping escaping :
       {Escaping::percent, Escaping::form, Escaping::json, Escaping::html, Escaping::broken_in_lines})
    check_reading(text, escaping);
  static_cast<void>(texts_of_object(text));
  return 0;
}
