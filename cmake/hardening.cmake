# What makes a mistake in memory end the program instead of being used: addresses that differ at every start, tables that are
# read-only once it runs, buffers and returns that are checked. tests/dev/hardening_test.py looks for it in the release.
include(CheckCXXCompilerFlag)
check_cxx_compiler_flag(-fcf-protection ITER8_HAS_CF_PROTECTION)                      # x86: CET
check_cxx_compiler_flag(-mbranch-protection=standard ITER8_HAS_BRANCH_PROTECTION)     # ARM: BTI and PAC
set(hardening -fPIE -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)   # 3 needs glibc 2.34 and GCC 12, and costs more
if(ITER8_HAS_CF_PROTECTION)
  list(APPEND hardening -fcf-protection)
elseif(ITER8_HAS_BRANCH_PROTECTION)
  list(APPEND hardening -mbranch-protection=standard)
endif()
add_compile_options("$<$<CONFIG:Release>:${hardening}>")
add_link_options("$<$<CONFIG:Release>:-pie;LINKER:-z,relro,-z,now,-z,noexecstack>")
