// Which events an observer takes, found out from the names of its functions.
#pragma once

#include <type_traits>
#include <utility>

#include "unfriend/call/observer.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// The function of an observer for an event: how it is called, a class that has one of the same name, and what is said
/// of one that cannot be called with the event.
template <class Event>
struct observer_function;

template <>
struct observer_function<call_start> {
    struct name {
        void on_call_start();
    };
    template <class T>
    using address = decltype(&T::on_call_start);
    template <class T>
    static auto call(T& observer, const call_start& event) -> decltype(observer.on_call_start(event), void()) {
        observer.on_call_start(event);
    }
    template <bool IsRight>
    static constexpr void refuse_unless() noexcept {
        static_assert(IsRight, "unfriend: an observer's on_call_start takes a const unfriend::call_start&");
    }
};

template <>
struct observer_function<attempt_start> {
    struct name {
        void on_attempt_start();
    };
    template <class T>
    using address = decltype(&T::on_attempt_start);
    template <class T>
    static auto call(T& observer, const attempt_start& event) -> decltype(observer.on_attempt_start(event), void()) {
        observer.on_attempt_start(event);
    }
    template <bool IsRight>
    static constexpr void refuse_unless() noexcept {
        static_assert(IsRight, "unfriend: an observer's on_attempt_start takes a const unfriend::attempt_start&");
    }
};

template <>
struct observer_function<attempt_end> {
    struct name {
        void on_attempt_end();
    };
    template <class T>
    using address = decltype(&T::on_attempt_end);
    template <class T>
    static auto call(T& observer, const attempt_end& event) -> decltype(observer.on_attempt_end(event), void()) {
        observer.on_attempt_end(event);
    }
    template <bool IsRight>
    static constexpr void refuse_unless() noexcept {
        static_assert(IsRight, "unfriend: an observer's on_attempt_end takes a const unfriend::attempt_end&");
    }
};

template <>
struct observer_function<wait_start> {
    struct name {
        void on_wait_start();
    };
    template <class T>
    using address = decltype(&T::on_wait_start);
    template <class T>
    static auto call(T& observer, const wait_start& event) -> decltype(observer.on_wait_start(event), void()) {
        observer.on_wait_start(event);
    }
    template <bool IsRight>
    static constexpr void refuse_unless() noexcept {
        static_assert(IsRight, "unfriend: an observer's on_wait_start takes a const unfriend::wait_start&");
    }
};

template <>
struct observer_function<rate_change> {
    struct name {
        void on_rate_change();
    };
    template <class T>
    using address = decltype(&T::on_rate_change);
    template <class T>
    static auto call(T& observer, const rate_change& event) -> decltype(observer.on_rate_change(event), void()) {
        observer.on_rate_change(event);
    }
    template <bool IsRight>
    static constexpr void refuse_unless() noexcept {
        static_assert(IsRight, "unfriend: an observer's on_rate_change takes a const unfriend::rate_change&");
    }
};

template <>
struct observer_function<circuit_change> {
    struct name {
        void on_circuit_change();
    };
    template <class T>
    using address = decltype(&T::on_circuit_change);
    template <class T>
    static auto call(T& observer, const circuit_change& event) -> decltype(observer.on_circuit_change(event), void()) {
        observer.on_circuit_change(event);
    }
    template <bool IsRight>
    static constexpr void refuse_unless() noexcept {
        static_assert(IsRight, "unfriend: an observer's on_circuit_change takes a const unfriend::circuit_change&");
    }
};

template <>
struct observer_function<user_sig_renewal> {
    struct name {
        void on_user_sig_renewal();
    };
    template <class T>
    using address = decltype(&T::on_user_sig_renewal);
    template <class T>
    static auto call(T& observer, const user_sig_renewal& event)
        -> decltype(observer.on_user_sig_renewal(event), void()) {
        observer.on_user_sig_renewal(event);
    }
    template <bool IsRight>
    static constexpr void refuse_unless() noexcept {
        static_assert(IsRight, "unfriend: an observer's on_user_sig_renewal takes a const unfriend::user_sig_renewal&");
    }
};

template <>
struct observer_function<call_end> {
    struct name {
        void on_call_end();
    };
    template <class T>
    using address = decltype(&T::on_call_end);
    template <class T>
    static auto call(T& observer, const call_end& event) -> decltype(observer.on_call_end(event), void()) {
        observer.on_call_end(event);
    }
    template <bool IsRight>
    static constexpr void refuse_unless() noexcept {
        static_assert(IsRight, "unfriend: an observer's on_call_end takes a const unfriend::call_end&");
    }
};

/// If the observer has a member of the name, of whatever kind, the name is ambiguous here and has no address.
template <class Observer, class Event>
struct with_name : Observer, observer_function<Event>::name {};

template <class Observer, class Event, class = void>
struct has_name : std::true_type {};
template <class Observer, class Event>
struct has_name<Observer, Event,
                std::void_t<typename observer_function<Event>::template address<with_name<Observer, Event>>>>
    : std::false_type {};

template <class Observer, class Event, class = void>
struct takes_event : std::false_type {};
template <class Observer, class Event>
struct takes_event<Observer, Event,
                   decltype(observer_function<Event>::call(std::declval<Observer&>(), std::declval<const Event&>()),
                            void())> : std::true_type {};

/// Whether the observer takes the event. One that has a member of the name and does not take it is refused.
template <class Observer, class Event>
constexpr bool observes() noexcept {
    constexpr bool takes = takes_event<Observer, Event>::value;
    constexpr bool is_right = takes || !has_name<Observer, Event>::value;
    observer_function<Event>::template refuse_unless<is_right>();
    return takes;
}

/// Whether `T` has a function of an observer.
template <class T, bool = std::is_class_v<T> && !std::is_final_v<T>>
struct is_observer : std::false_type {};
template <class T>
struct is_observer<T, true>
    : std::disjunction<has_name<T, call_start>, has_name<T, attempt_start>, has_name<T, attempt_end>,
                       has_name<T, wait_start>, has_name<T, rate_change>, has_name<T, circuit_change>,
                       has_name<T, user_sig_renewal>, has_name<T, call_end>> {};

/// The same, and each function of that name has to take its event.
template <class T>
constexpr bool check_observer() noexcept {
    if constexpr (is_observer<T>::value) {
        observes<T, call_start>();
        observes<T, attempt_start>();
        observes<T, attempt_end>();
        observes<T, wait_start>();
        observes<T, rate_change>();
        observes<T, circuit_change>();
        observes<T, user_sig_renewal>();
        observes<T, call_end>();
    }
    return is_observer<T>::value;
}

template <class T>
using if_observer = std::enable_if_t<is_observer<std::remove_reference_t<T>>::value>;

/// Tells the observer, if it takes the event.
template <class Event, class Observer>
void notify(Observer& observer, const Event& event) {
    if constexpr (observes<Observer, Event>()) observer_function<Event>::call(observer, event);
}

}}} // namespace unfriend::v0_2::detail
