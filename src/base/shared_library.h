#pragma once

namespace iter8::base {

/// A library that is loaded where it is first needed, so that runs without that need neither pay for it nor
/// have to have it. Never closed: such libraries keep state for the life of the process.
class SharedLibrary {
 public:
  /// Loads it by its file name. Throws Error, "cannot PURPOSE: REASON (Debian's package is PACKAGE)", when it
  /// is not there. The texts are kept by reference.
  SharedLibrary(const char* name, const char* purpose, const char* package);

  /// Makes the pointer point at the library's function of this name. Throws Error when there is none.
  template <typename Function>
  void bind(const char* symbol, Function& function) const {
    function = reinterpret_cast<Function>(address_of(symbol));
  }

 private:
  void* address_of(const char* symbol) const;

  const char* name_;
  void* handle_;
};

}  // namespace iter8::base
