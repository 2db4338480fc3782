#include <array>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "base/error.h"
#include "base/number.h"
#include "base/utf8.h"
#include "config/template/template_values.h"
#include "config/value/json_text.h"
#include "config/value/value_text.h"

namespace iter8::config {
namespace {

constexpr std::size_t kWidthLimit = 1000;

/// One %… of a format: flags, width, precision and verb.
struct Directive {
  bool left = false;
  bool sign = false;
  bool zeros = false;
  bool alternate = false;
  bool blank = false;
  std::size_t width = 0;
  std::optional<std::size_t> precision;
  char verb = 0;
};

/// Writes a format with its arguments, as Go's fmt.Sprintf does.
class Printf {
 public:
  Printf(const TemplateCall& call, std::string_view format) : call_(call), rest_(format) {}

  std::string text() {
    while (!rest_.empty()) {
      const std::size_t percent = rest_.find('%');
      out_ += rest_.substr(0, percent);
      if (percent == std::string_view::npos) break;
      rest_.remove_prefix(percent + 1);
      if (accept('%')) {
        out_ += '%';
      } else {
        write(directive());
      }
      call_.budget.check_text(out_.size());
    }
    if (next_ < call_.arguments.size())
      throw base::Error(
          fmt::format("printf: the format uses {} of {} arguments", next_ - 1, call_.arguments.size() - 1));
    return std::move(out_);
  }

 private:
  bool accept(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  Directive directive() {
    Directive result;
    for (bool flag = true; flag;) {
      flag = true;
      if (accept('-')) {
        result.left = true;
      } else if (accept('+')) {
        result.sign = true;
      } else if (accept('0')) {
        result.zeros = true;
      } else if (accept('#')) {
        result.alternate = true;
      } else if (accept(' ')) {
        result.blank = true;
      } else {
        flag = false;
      }
    }
    result.width = number().value_or(0);
    if (accept('.')) result.precision = number().value_or(0);
    if (rest_.empty()) throw base::Error("printf: the format ends behind a %");
    result.verb = rest_.front();
    rest_.remove_prefix(1);
    return result;
  }

  std::optional<std::size_t> number() {
    if (accept('*')) throw base::Error("printf: a width given by an argument (*) is not supported");
    std::optional<std::size_t> value;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      value = value.value_or(0) * 10 + static_cast<std::size_t>(rest_.front() - '0');
      if (*value > kWidthLimit)
        throw base::Error(fmt::format("printf: a width of more than {}", kWidthLimit));
      rest_.remove_prefix(1);
    }
    return value;
  }

  void write(const Directive& directive) {
    if (next_ >= call_.arguments.size())
      throw base::Error(fmt::format("printf: no argument is left for %{}", directive.verb));
    const std::size_t index = next_++;
    if (call_.arguments[index].is_null()) wrong_argument(call_, index, "a value");
    std::string text = format_argument(directive, index);
    const bool is_number =
        call_.arguments[index].number().has_value() && directive.verb != 's' && directive.verb != 'q';
    if (directive.sign && is_number && !text.starts_with('-')) text.insert(0, "+");
    if (directive.blank && !directive.sign && is_number && !text.starts_with('-')) text.insert(0, " ");
    pad(directive, text, is_number);
  }

  void pad(const Directive& directive, std::string& text, bool is_number) {
    const std::size_t size = base::character_count(text);
    const std::size_t missing = directive.width > size ? directive.width - size : 0;
    if (directive.left) {
      text.append(missing, ' ');
    } else if (directive.zeros && is_number) {
      const bool has_sign = text.starts_with('-') || text.starts_with('+') || text.starts_with(' ');
      text.insert(has_sign ? 1 : 0, missing, '0');
    } else {
      text.insert(0, missing, ' ');
    }
    out_ += text;
  }

  std::string format_argument(const Directive& directive, std::size_t index) {
    const Value& value = call_.arguments[index];
    switch (directive.verb) {
      case 'v':
        return value.real() && directive.precision ? real_text(directive, index) : to_plain_text(value);
      case 's':
        return cut(directive, to_plain_text(value));
      case 'q':
        return json_quoted(to_plain_text(value));
      case 't':
        if (!value.boolean()) wrong_argument(call_, index, "true or false for %t");
        return to_plain_text(value);
      case 'd':
      case 'x':
      case 'X':
      case 'o':
      case 'b':
        return whole_text(directive, index);
      case 'f':
      case 'F':
      case 'e':
      case 'E':
      case 'g':
      case 'G':
        return real_text(directive, index);
      default:
        throw base::Error(
            fmt::format("printf: %{} is not supported; there are %s %q %v %d %x %o %b %e %f %g %t and %%",
                        directive.verb));
    }
  }

  static std::string cut(const Directive& directive, std::string text) {
    if (directive.precision) text.resize(base::offset_of_character(text, *directive.precision));
    return text;
  }

  std::string whole_text(const Directive& directive, std::size_t index) {
    const Value& value = call_.arguments[index];
    if (value.text() && (directive.verb == 'x' || directive.verb == 'X')) {
      std::string digits;
      for (const char c : *value.text())
        digits += fmt::format("{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
      return digits;
    }
    const std::int64_t whole = whole_argument(call_, index);
    switch (directive.verb) {
      case 'x':
        return directive.alternate ? fmt::format("{:#x}", whole) : fmt::format("{:x}", whole);
      case 'X':
        return directive.alternate ? fmt::format("{:#X}", whole) : fmt::format("{:X}", whole);
      case 'o':
        return fmt::format("{:o}", whole);
      case 'b':
        return fmt::format("{:b}", whole);
      default:
        return std::to_string(whole);
    }
  }

  std::string real_text(const Directive& directive, std::size_t index) {
    const double real = *number_argument(call_, index).number();
    if (!std::isfinite(real)) return base::shortest(real);
    const int precision = static_cast<int>(directive.precision.value_or(6));
    switch (directive.verb) {
      case 'e':
        return fmt::format("{:.{}e}", real, precision);
      case 'E':
        return fmt::format("{:.{}E}", real, precision);
      case 'f':
      case 'F':
        return fmt::format("{:.{}f}", real, precision);
      default:
        return directive.precision ? fmt::format("{:.{}g}", real, precision) : base::shortest(real);
    }
  }

  const TemplateCall& call_;
  std::string_view rest_;
  std::string out_;
  std::size_t next_ = 1;
};

Value printf_text(const TemplateCall& call) {
  const std::string format = text_argument(call, 0);
  return Printf(call, format).text();
}

/// As Go's fmt.Sprint: a blank between two values when neither is a text.
Value print(const TemplateCall& call) {
  std::string result;
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    if (call.arguments[i].is_null()) wrong_argument(call, i, "a value");
    if (i > 0 && !call.arguments[i].text() && !call.arguments[i - 1].text()) result += ' ';
    result += to_plain_text(call.arguments[i]);
  }
  return result;
}

Value println(const TemplateCall& call) {
  std::string result;
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    if (call.arguments[i].is_null()) wrong_argument(call, i, "a value");
    if (i > 0) result += ' ';
    result += to_plain_text(call.arguments[i]);
  }
  result += '\n';
  return result;
}

constexpr std::array kPrintingFunctions = std::to_array<TemplateFunction>({
    {"print", 0, kMany, print, kRefused},
    {"printf", 1, kMany, printf_text, kRefused},
    {"println", 0, kMany, println, kRefused},
});

}  // namespace

std::span<const TemplateFunction> printing_functions() {
  return kPrintingFunctions;
}

}  // namespace iter8::config
