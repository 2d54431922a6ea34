// The secret key: what is one, and that nothing of it stays behind.
#include <cstddef>
#include <new>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "unfriend/crypto/secret.hpp"

#include "check.hpp"

namespace {

using unfriend::secret;

constexpr std::string_view key = "5b94d1c6e9f0a7328812c4d6e8fa0b3c5b94d1c6e9f0a7328812c4d6e8fa0b3c";

template <class T, class = void>
struct is_printable : std::false_type {};
template <class T>
struct is_printable<T, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<const T&>())>>
    : std::true_type {};

template <class T, class = void>
struct is_comparable : std::false_type {};
template <class T>
struct is_comparable<T, std::void_t<decltype(std::declval<const T&>() == std::declval<const T&>())>> : std::true_type {
};

static_assert(is_printable<std::string>::value && !is_printable<secret>::value, "a secret cannot be printed");
static_assert(is_comparable<std::string>::value && !is_comparable<secret>::value, "a secret cannot be compared");
static_assert(!std::is_copy_constructible_v<secret> && !std::is_copy_assignable_v<secret>, "a secret cannot be copied");
static_assert(std::is_nothrow_move_constructible_v<secret> && std::is_nothrow_move_assignable_v<secret>);
static_assert(!std::is_convertible_v<std::string_view, secret>, "a text does not become a secret unasked");
static_assert(!std::is_convertible_v<secret, std::string_view>, "a secret does not become a text unasked");

/// Memory for one secret that can be looked at when the secret is gone.
class secret_memory {
public:
    template <class... Arguments>
    secret& make(Arguments&&... arguments) {
        return *new (bytes_) secret(std::forward<Arguments>(arguments)...);
    }

    /// Whether any four bytes in a row of `text` are in this memory.
    bool holds_part_of(std::string_view text) const {
        std::string seen;
        const volatile unsigned char* const bytes = bytes_;
        for (std::size_t i = 0; i < sizeof bytes_; ++i) seen += static_cast<char>(bytes[i]);
        for (std::size_t i = 0; i + 4 <= text.size(); ++i) {
            if (seen.find(text.substr(i, 4)) != std::string::npos) return true;
        }
        return false;
    }

private:
    alignas(secret) unsigned char bytes_[sizeof(secret)] = {};
};

} // namespace

TEST_CASE("a secret holds a copy of its text") {
    std::string text(key);
    const secret kept{std::string_view(text)};
    text.assign(text.size(), 'x');
    CHECK(kept.valid());
    CHECK(kept.reveal() == key);
}

TEST_CASE("a secret is 1 to 256 bytes of printable ASCII") {
    CHECK(!secret().valid());
    CHECK(!secret("").valid());
    CHECK(!secret(std::string_view()).valid());
    CHECK(secret(" ").valid());
    CHECK(secret(std::string(256, '~')).valid());
    CHECK(secret::max_size == 256);
    CHECK(!secret(std::string(257, 'k')).valid());
    CHECK(!secret(std::string(100000, 'k')).valid());
    for (int byte = 0; byte < 256; ++byte) {
        std::string text = "key";
        text += static_cast<char>(byte);
        INFO("byte: ", byte);
        CHECK(secret(text).valid() == (byte >= 0x20 && byte <= 0x7E));
    }
    CHECK(secret("key\n").reveal().empty());
}

TEST_CASE("a secret that is destroyed leaves nothing behind") {
    for (const std::string& text : {std::string(key), std::string(256, 'k') + "", std::string("abcd")}) {
        secret_memory memory;
        secret& made = memory.make(std::string_view(text));
        CHECK(memory.holds_part_of(text));
        made.~secret();
        CHECK(!memory.holds_part_of(text));
    }
}

TEST_CASE("a secret that is moved from leaves nothing behind") {
    secret_memory from_memory;
    secret& from = from_memory.make(key);
    secret to(std::move(from));
    CHECK(to.reveal() == key);
    CHECK(!from.valid());
    CHECK(from.reveal().empty());
    CHECK(!from_memory.holds_part_of(key));
    from.~secret();
}

TEST_CASE("a secret that is assigned to keeps nothing of what it was") {
    secret_memory memory;
    secret& assigned = memory.make(key);
    secret other("short");
    assigned = std::move(other);
    CHECK(assigned.reveal() == "short");
    CHECK(!other.valid());
    CHECK(!memory.holds_part_of(key));
    assigned.~secret();
}

TEST_CASE("a secret that is assigned to itself is still there") {
    secret kept(key);
    secret& same = kept;
    kept = std::move(same);
    CHECK(kept.reveal() == key);
}
