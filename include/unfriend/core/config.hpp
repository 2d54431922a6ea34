// The version of the library, which parts to leave out, and how lifetimes are marked.
#pragma once

// Every header of the library begins with this one, so nothing is defined twice.
#ifdef UNFRIEND_SINGLE_HEADER
#define UNFRIEND_ONE_FORM                                                                                              \
    "unfriend: this file includes the single header and headers of include/unfriend/: use one form"
#error "unfriend: this file includes the single header and headers of include/unfriend/: use one form"
#include UNFRIEND_ONE_FORM // ends the compilation here
#endif

/// The semantic version.
#define UNFRIEND_VERSION_MAJOR 0
#define UNFRIEND_VERSION_MINOR 2
#define UNFRIEND_VERSION_PATCH 0

/// Define as 0 before including any header to leave out what needs OpenSSL and zlib: UserSigs and the authentication of
/// webhooks.
#ifndef UNFRIEND_WITH_USER_SIG
#define UNFRIEND_WITH_USER_SIG 1
#endif

/// The result of a function refers to the argument, or to the object, that is marked so. Clang warns where that dies
/// first.
#if defined(__clang__) && defined(__has_cpp_attribute)
#if __has_cpp_attribute(clang::lifetimebound)
#define UNFRIEND_LIFETIMEBOUND [[clang::lifetimebound]]
#endif
#endif
#ifndef UNFRIEND_LIFETIMEBOUND
#define UNFRIEND_LIFETIMEBOUND
#endif
