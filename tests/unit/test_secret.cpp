// A secret wipes itself and cannot be printed by accident.
#include <algorithm>
#include <iterator>
#include <new>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "unfriend/secret.hpp"

#include "check.hpp"

namespace {

using unfriend::secret;

template <class T, class = void>
struct is_printable : std::false_type {};
template <class T>
struct is_printable<T, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<const T&>())>> : std::true_type {
};

constexpr std::string_view key = "451bd1b13c4558a67a62bc042905ecbf";

/// Where a secret stands, looked at after it is gone.
class place {
public:
    secret* make(std::string_view text) { return ::new (static_cast<void*>(bytes_)) secret(text); }
    bool holds(std::string_view text) const {
        return std::search(std::begin(bytes_), std::end(bytes_), text.begin(), text.end()) != std::end(bytes_);
    }

private:
    alignas(secret) char bytes_[sizeof(secret)] = {};
};

} // namespace

static_assert(!std::is_copy_constructible_v<secret>);
static_assert(!std::is_copy_assignable_v<secret>);
static_assert(!std::is_convertible_v<std::string_view, secret>);
static_assert(!std::is_convertible_v<secret, std::string_view>);
static_assert(std::is_nothrow_move_constructible_v<secret>);
static_assert(is_printable<std::string>::value);
static_assert(!is_printable<secret>::value);

TEST_CASE("a secret gives its text to whoever asks by name") {
    const secret held(key);
    CHECK(held.valid());
    CHECK(held.reveal() == key);
}

TEST_CASE("a secret that dies leaves nothing of it in memory") {
    place memory;
    secret* const held = memory.make(key);
    CHECK(memory.holds(key));
    held->~secret();
    CHECK_FALSE(memory.holds(key.substr(0, 4)));
}

TEST_CASE("a secret that is moved from leaves nothing of it behind") {
    place memory;
    secret* const from = memory.make(key);
    secret to(std::move(*from));
    CHECK_FALSE(memory.holds(key.substr(0, 4)));
    CHECK_FALSE(from->valid());
    CHECK(to.reveal() == key);
    *from = std::move(to);
    CHECK(from->reveal() == key);
    CHECK(to.reveal().empty());
    from->~secret();
}

TEST_CASE("a shorter secret overwrites all of a longer one") {
    place memory;
    secret* const held = memory.make(key);
    *held = secret("ab");
    CHECK(held->reveal() == "ab");
    CHECK_FALSE(memory.holds(key.substr(2, 4)));
    held->~secret();
}

TEST_CASE("a text that no key is makes a secret that is not valid") {
    using namespace std::string_literals;
    CHECK_FALSE(secret().valid());
    for (const std::string& text : {""s, "with\nnewline"s, "nul\0"s, "\x7F"s, "\xC3\xA9"s, std::string(257, 'a')}) {
        CHECK_FALSE(secret(text).valid());
        CHECK(secret(text).reveal().empty());
    }
    CHECK(secret(std::string(256, 'a')).valid());
}
