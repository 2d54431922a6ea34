// doctest, quiet under every warning of Clang, and able to tell the library's errors and texts.
#pragma once

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

template <>
struct doctest::StringMaker<std::string_view> {
    static String convert(std::string_view text) { return std::string(text).c_str(); }
};
