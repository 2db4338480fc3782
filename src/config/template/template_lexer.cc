#include "config/template/template_lexer.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "base/utf8.h"
#include "config/value/text_literal.h"
#include "config/yaml/node.h"

namespace iter8::config {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::array<std::string_view, 6> kSigns = {":=", "=", "|", "(", ")", ","};

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view name_at(std::string_view text) {
  if (text.empty() || !is_name_start(text.front())) return {};
  const auto end =
      std::find_if_not(text.begin(), text.end(), [](char c) { return is_name_start(c) || is_digit(c); });
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

bool begins_number(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (text.starts_with('.')) text.remove_prefix(1);
  return !text.empty() && is_digit(text.front());
}

/// Splits one template into pieces.
class TemplateLexer {
 public:
  explicit TemplateLexer(std::string_view text) : text_(text) {}

  std::vector<TemplatePiece> pieces() {
    bool trims = false;
    while (at_ < text_.size()) {
      const std::size_t open = std::min(text_.find("{{", at_), text_.size());
      add_text(open, trims);
      if (open == text_.size()) break;
      at_ = open;
      trims = action();
    }
    return std::move(pieces_);
  }

 private:
  bool followed_by_blank(std::size_t at) const {
    return at < text_.size() && kBlanks.find(text_[at]) != std::string_view::npos;
  }

  /// The text up to the action at `end`, without the blanks that {{- or the -}} before it takes away.
  void add_text(std::size_t end, bool trims_front) {
    std::size_t begin = at_;
    if (trims_front) begin = std::min(text_.find_first_not_of(kBlanks, begin), end);
    std::string_view text = text_.substr(begin, end - begin);
    if (text_.substr(end).starts_with("{{-") && followed_by_blank(end + 3))
      text = text.substr(0, text.find_last_not_of(kBlanks) + 1);
    if (!text.empty()) pieces_.push_back({.offset = begin, .text = std::string(text), .tokens = {}});
  }

  /// One action or comment; whether it takes away the blanks behind it.
  bool action() {
    TemplatePiece piece{.offset = at_, .text = {}, .tokens = {}};
    const bool trims_before = text_.substr(at_).starts_with("{{-") && followed_by_blank(at_ + 3);
    at_ += trims_before ? 3U : 2U;
    bool spaced = skip_blanks();
    if (text_.substr(at_).starts_with("/*")) return comment(piece.offset);
    for (;;) {
      if (at_ >= text_.size()) throw TemplateFault{piece.offset, "'{{' without its '}}'"};
      const std::string_view rest = text_.substr(at_);
      const bool trims = spaced && rest.starts_with("-}}");
      if (trims || rest.starts_with("}}")) {
        piece.tokens.push_back({.kind = TemplateToken::Kind::end, .text = {}, .value = {}, .offset = at_});
        pieces_.push_back(std::move(piece));
        at_ += trims ? 3U : 2U;
        return trims;
      }
      piece.tokens.push_back(token());
      piece.tokens.back().spaced = spaced;
      spaced = skip_blanks();
    }
  }

  bool comment(std::size_t offset) {
    const std::size_t end = text_.find("*/", at_);
    if (end == std::string_view::npos) throw TemplateFault{offset, "a comment without its '*/'"};
    at_ = end + 2;
    const bool spaced = skip_blanks();
    const bool trims = spaced && text_.substr(at_).starts_with("-}}");
    if (!trims && !text_.substr(at_).starts_with("}}"))
      throw TemplateFault{at_, "expected '}}' behind the comment; a comment stands in {{ }} of its own"};
    at_ += trims ? 3U : 2U;
    return trims;
  }

  bool skip_blanks() {
    const std::size_t begin = at_;
    at_ = std::min(text_.find_first_not_of(kBlanks, at_), text_.size());
    return at_ > begin;
  }

  TemplateToken make_token(TemplateToken::Kind kind, std::string_view text, std::size_t length,
                           Value value = {}) {
    TemplateToken token{.kind = kind, .text = std::string(text), .value = std::move(value), .offset = at_};
    at_ += length;
    return token;
  }

  TemplateToken token() {
    const std::string_view rest = text_.substr(at_);
    const char c = rest.front();
    if (c == '"' || c == '`' || c == '\'') return text_token(rest);
    if (begins_number(rest)) return number_token(rest);
    if (c == '$') {
      const std::string_view name = name_at(rest.substr(1));
      return make_token(TemplateToken::Kind::variable, name, 1 + name.size());
    }
    if (c == '.') {
      const std::string_view name = name_at(rest.substr(1));
      if (name.empty()) return make_token(TemplateToken::Kind::dot, ".", 1);
      return make_token(TemplateToken::Kind::field, name, 1 + name.size());
    }
    if (const std::string_view name = name_at(rest); !name.empty()) return word_token(name);
    const auto sign =
        std::find_if(kSigns.begin(), kSigns.end(), [rest](auto s) { return rest.starts_with(s); });
    if (sign != kSigns.end()) return make_token(TemplateToken::Kind::sign, *sign, sign->size());
    const std::string shown =
        base::printable(rest.substr(0, std::max<std::size_t>(base::character_length(rest), 1)));
    throw TemplateFault{
        at_, fmt::format("'{}' has no meaning here{}", shown,
                         c == '-' ? "; a key with a dash is read by index, as in index . \"a-b\"" : "")};
  }

  TemplateToken word_token(std::string_view name) {
    if (name == "true" || name == "false")
      return make_token(TemplateToken::Kind::literal, name, name.size(), name == "true");
    if (name == "nil") return make_token(TemplateToken::Kind::literal, name, name.size());
    return make_token(TemplateToken::Kind::word, name, name.size());
  }

  TemplateToken text_token(std::string_view rest) {
    std::string problem;
    const auto literal = read_text_literal(rest, problem);
    if (!literal) throw TemplateFault{at_, problem};
    return make_token(TemplateToken::Kind::literal, rest.substr(0, literal->length), literal->length,
                      literal->text);
  }

  TemplateToken number_token(std::string_view rest) {
    std::size_t length = 1;
    while (length < rest.size()) {
      const char c = rest[length];
      const bool exponent_sign =
          (c == '-' || c == '+') && (rest[length - 1] == 'e' || rest[length - 1] == 'E');
      if (!is_digit(c) && !is_name_start(c) && c != '.' && !exponent_sign) break;
      ++length;
    }
    const Value value = plain_scalar(rest.substr(0, length));
    if (!value.number())
      throw TemplateFault{
          at_, fmt::format("expected a number, found '{}'", base::printable(rest.substr(0, length), 40))};
    return make_token(TemplateToken::Kind::literal, rest.substr(0, length), length, value);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<TemplatePiece> pieces_;
};

}  // namespace

std::vector<TemplatePiece> template_pieces(std::string_view text) {
  return TemplateLexer(text).pieces();
}

}  // namespace iter8::config
