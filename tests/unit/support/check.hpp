// doctest, quiet under every warning of Clang, and able to tell the library's errors and texts.
#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#if defined(__clang__)
// A test case registers itself from a constructor that runs before main.
#pragma clang diagnostic ignored "-Wglobal-constructors"
#pragma clang diagnostic ignored "-Wexit-time-destructors"
#endif

#include <doctest/doctest.h>

#include "unfriend/core/error.hpp"

template <>
struct doctest::StringMaker<unfriend::error> {
    static String convert(const unfriend::error& failure) { return failure ? failure.message().c_str() : "no error"; }
};

template <>
struct doctest::StringMaker<unfriend::errc> {
    static String convert(unfriend::errc code) { return std::string(unfriend::describe(code)).c_str(); }
};

/// A code of the service: a dash where there is none.
inline std::string code_text(std::optional<std::int32_t> code) { return code ? std::to_string(*code) : "-"; }

template <>
struct doctest::StringMaker<std::optional<std::int32_t>> {
    static String convert(std::optional<std::int32_t> code) { return code_text(code).c_str(); }
};

template <>
struct doctest::StringMaker<std::string_view> {
    static String convert(std::string_view text) { return std::string(text).c_str(); }
};
