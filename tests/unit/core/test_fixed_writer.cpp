// Text in a fixed buffer, numbers as text, durations that stay in range.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "unfriend/core/detail/durations.hpp"
#include "unfriend/core/detail/fixed_writer.hpp"

#include "bytes.hpp"
#include "check.hpp"

namespace {

using unfriend::detail::decimal;
using unfriend::detail::fixed_writer;

} // namespace

TEST_CASE("a number is written in decimal") {
    for (std::uint64_t power = 1;; power *= 10) {
        for (const std::uint64_t number : {power - 1, power, power + 1, power * 9, power * 15}) {
            CHECK(decimal(number).view() == std::to_string(number));
        }
        if (power > UINT64_MAX / 150) break;
    }
    for (std::uint64_t number = 0; number < 2000; ++number) CHECK(decimal(number).view() == std::to_string(number));
    CHECK(decimal(UINT64_MAX).view() == "18446744073709551615");
}

TEST_CASE("text that fits is written, and text that does not is counted") {
    for (std::size_t room = 0; room <= 14; ++room) {
        guarded_bytes buffer(room);
        fixed_writer writer(buffer.span());
        writer.append("hello");
        writer.append(',');
        writer.append("");
        writer.append(std::string_view());
        writer.append(" world");
        const auto text = writer.finish();
        INFO("room: ", room);
        CHECK(buffer.intact());
        CHECK(text.has_value() == (room >= 12));
        if (text) {
            CHECK(*text == "hello, world");
        } else {
            CHECK(text.error() == unfriend::errc::buffer_too_small);
            CHECK(text.error().detail() == 12);
        }
    }
}

TEST_CASE("the free part of the buffer can be written to directly") {
    guarded_bytes buffer(4);
    fixed_writer writer(buffer.span());
    writer.append("ab");
    const unfriend::char_span free = writer.prepare();
    REQUIRE(free.size() == 2);
    free.data()[0] = 'c';
    writer.commit(1);
    CHECK(*writer.finish() == "abc");
    writer.commit(9);
    CHECK(writer.prepare().size() == 0);
    CHECK(writer.finish().error().detail() == 12);
    CHECK(buffer.intact());
}

TEST_CASE("nothing at all fits into an empty buffer") {
    fixed_writer writer{unfriend::char_span()};
    CHECK(writer.finish().has_value());
    writer.append('x');
    CHECK(writer.finish().error().detail() == 1);
}

TEST_CASE("a duration is 0 to 50 years, whatever it was") {
    using std::chrono::milliseconds;
    using unfriend::detail::max_duration;
    using unfriend::detail::to_nanoseconds;
    CHECK(to_nanoseconds(milliseconds(7)) == milliseconds(7));
    CHECK(to_nanoseconds(milliseconds(0)).count() == 0);
    CHECK(to_nanoseconds(milliseconds(-1)).count() == 0);
    CHECK(to_nanoseconds(milliseconds::min()).count() == 0);
    CHECK(to_nanoseconds(milliseconds::max()) == max_duration);
    const auto most = std::chrono::duration_cast<milliseconds>(max_duration);
    CHECK(to_nanoseconds(most) == max_duration);
    CHECK(to_nanoseconds(most + milliseconds(1)) == max_duration);
    CHECK(to_nanoseconds(most - milliseconds(1)) == max_duration - milliseconds(1));
}
