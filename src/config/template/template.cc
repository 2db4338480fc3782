#include "config/template/template.h"

#include <utility>

#include <fmt/format.h>

#include "config/template/template_evaluator.h"
#include "config/template/template_fields.h"
#include "config/template/template_parser.h"

namespace iter8::config {
namespace {

constexpr std::size_t kTextLimit = 1024 * 1024;

}  // namespace

std::optional<Template> Template::parse(std::string_view text, Position position, Problems& problems) {
  if (text.find("{{") == std::string_view::npos) return literal(std::string(text));
  if (text.size() > kTextLimit) {
    problems.error(position,
                   fmt::format("a template of {} bytes; at most {} are read", text.size(), kTextLimit));
    return std::nullopt;
  }
  const std::size_t before = problems.all().size();
  const auto report = [&](const TemplateFault& fault) {
    problems.error(position_in(position, text, fault.offset), fault.message);
  };
  try {
    TemplateParser parser(text);
    auto nodes = parser.parse();
    for (const TemplateFault& fault : parser.faults()) report(fault);
    if (problems.has_errors_since(before)) return std::nullopt;
    Template result = literal(std::string(text));
    result.root_ = std::make_shared<const TemplateSyntax>(TemplateSyntax{position, std::move(nodes)});
    return result;
  } catch (const TemplateFault& fault) {
    report(fault);
    return std::nullopt;
  }
}

Template Template::literal(std::string text) {
  Template result;
  result.text_ = std::move(text);
  return result;
}

std::string Template::render(const Value& data, const RenderOptions& options) const {
  if (!root_) return text_;
  return TemplateEvaluator(text_, root_->start, data, options).render(root_->nodes);
}

std::vector<TemplateField> Template::fields() const {
  return root_ ? fields_of_template(*root_, text_) : std::vector<TemplateField>();
}

}  // namespace iter8::config
