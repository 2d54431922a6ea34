// The smaller and the larger of two values. <algorithm> has them too, and costs more to include than all of `core`.
#pragma once

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

template <class T>
constexpr T smaller(T left, T right) noexcept {
    return right < left ? right : left;
}

template <class T>
constexpr T larger(T left, T right) noexcept {
    return left < right ? right : left;
}

}}} // namespace unfriend::v0_2::detail
