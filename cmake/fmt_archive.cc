// The compiled half of fmt, once: Debian ships it as a shared library only, and fmt's header-only form
// compiles it again in every unit of the release. What is instantiated here is what the program's other units
// refer to.
#include <locale>

#include <fmt/format-inl.h>

FMT_BEGIN_NAMESPACE
namespace detail {

template FMT_API std::locale locale_ref::get<std::locale>() const;
template FMT_API thousands_sep_result<char> thousands_sep_impl<char>(locale_ref);
template FMT_API char decimal_point_impl<char>(locale_ref);

}  // namespace detail
FMT_END_NAMESPACE
