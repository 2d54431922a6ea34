// Wiping: the bytes are gone even where nobody reads them again.
#include <cstddef>
#include <string>
#include <string_view>

#include "unfriend/crypto/detail/wipe.hpp"

#include "check.hpp"
#include "owned_stack.hpp"

namespace {

constexpr std::string_view text = "nobody reads these bytes again";

void copy_text(char* bytes) { text.copy(bytes, text.size()); }

/// Copies the text where nobody reads it again. The compiler does not know which function this is, and must call it.
void (*volatile write_text)(char*) = copy_text;

/// On the real stack: AddressSanitizer would move the array elsewhere.
__attribute__((no_sanitize_address)) void leave_text() {
    char bytes[64];
    write_text(bytes);
}

void wipe_text() {
    unfriend::detail::wiped_array<char, 64> array;
    write_text(array.bytes);
}

} // namespace

TEST_CASE("a stack that a test owns shows what a function left there") {
    owned_stack stack;
    stack.run(leave_text);
    CHECK(stack.holds_part_of(text));
    stack.run([] {});
    CHECK(!stack.holds_part_of(text));
}

TEST_CASE("an array that is wiped leaves nothing on the stack") {
    owned_stack stack;
    stack.run(wipe_text);
    CHECK(!stack.holds_part_of(text));
}

TEST_CASE("exactly the bytes asked for are wiped") {
    for (std::size_t size = 0; size <= 40; ++size) {
        std::string bytes(42, 'x');
        unfriend::detail::wipe(bytes.data() + 1, size);
        CHECK(bytes == "x" + std::string(size, '\0') + std::string(41 - size, 'x'));
    }
}
