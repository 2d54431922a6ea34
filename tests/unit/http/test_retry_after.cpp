// How long a server asks to wait: seconds, or a date in one of the three forms of RFC 9110.
#include <chrono>
#include <cstdint>
#include <ctime>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "unfriend/http/retry_after.hpp"

#include "check.hpp"

using namespace std::chrono_literals;
using unfriend::parse_retry_after;

namespace {

constexpr std::int64_t sunday = 784'111'777; // Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110

} // namespace

TEST_CASE("a number is the seconds to wait") {
    const struct {
        std::string_view text;
        std::chrono::seconds wait;
    } table[] = {
        {"0", 0s},
        {"1", 1s},
        {"120", 120s},
        {"007", 7s},
        {" 30", 30s},
        {"30\t ", 30s},
        {"31536000", 8760h},
        {"31536001", unfriend::max_retry_after},
        {"99999999999999999999999", 8760h},
    };
    for (const auto& row : table) {
        INFO(row.text);
        CHECK(parse_retry_after(row.text, sunday) == row.wait);
    }
}

TEST_CASE("a date is a wait until then, in each of the three forms") {
    const std::string_view forms[] = {
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
    };
    for (const std::string_view text : forms) {
        INFO(text);
        CHECK(parse_retry_after(text, sunday - 90) == 90s);
        CHECK(parse_retry_after(text, sunday) == 0s);
        CHECK(parse_retry_after(text, sunday + 1) == 0s);
        CHECK(parse_retry_after(text, std::numeric_limits<std::int32_t>::max()) == 0s);
    }
}

TEST_CASE("a date far ahead is a wait of a year") {
    CHECK(parse_retry_after("Fri, 31 Dec 9999 23:59:59 GMT", sunday) == unfriend::max_retry_after);
    CHECK(parse_retry_after("Mon Dec 31 23:59:60 2029", sunday) == unfriend::max_retry_after);
}

TEST_CASE("every day of four centuries is counted as the system counts it") {
    constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int days = 0;
    for (std::int64_t day = -110'000; day < 36'525; day += 13) {
        const std::time_t time = static_cast<std::time_t>(day * 86'400);
        // Some systems know no day before 1970, and some none that 32 bits cannot tell.
        const std::tm* const parts = time == day * 86'400 ? std::gmtime(&time) : nullptr;
        if (parts == nullptr) continue;
        ++days;
        const std::string year = std::to_string(parts->tm_year + 1900);
        const std::string date = std::string("Mon, ") + (parts->tm_mday < 10 ? "0" : "") +
                                 std::to_string(parts->tm_mday) + " " + months[parts->tm_mon] + " " + year +
                                 " 00:00:07 GMT";
        CHECK(parse_retry_after(date, day * 86'400) == 7s);
    }
    CHECK(days >= 2'800);
}

TEST_CASE("a year of two digits is at most fifty years ahead") {
    const std::int64_t in_2026 = 1'780'000'000;
    CHECK(parse_retry_after("Friday, 01-Jan-27 00:00:00 GMT", in_2026) ==
          std::chrono::seconds(1'798'761'600 - in_2026));
    CHECK(parse_retry_after("Friday, 01-Jan-75 00:00:00 GMT", in_2026) == unfriend::max_retry_after);
    CHECK(parse_retry_after("Friday, 01-Jan-94 00:00:00 GMT", in_2026) == 0s);
}

TEST_CASE("the days of the week have their names, and a leap year its day") {
    for (const std::string day : {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}) {
        CHECK(parse_retry_after(day + ", 06-Nov-94 08:49:37 GMT", sunday) == 0s);
    }
    CHECK(parse_retry_after("Thu, 29 Feb 1996 00:00:00 GMT", 825'551'999) == 1s);
    CHECK(parse_retry_after("Tue Feb 29 00:00:00 2000", 951'782'399) == 1s);
}

TEST_CASE("what is neither says nothing") {
    const std::string_view table[] = {
        "",
        " ",
        "-1",
        "+1",
        "1.5",
        "12 s",
        "soon",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 GMT+1",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 32 Nov 1994 08:49:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:00 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT",
        "Xyz, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT",
        "Sunday 06-Nov-94 08:49:37 GMT",
        "Sun, 06-Nov-94 08:49:37 GMT",
        "Sunsday, 06-Nov-94 08:49:37 GMT",
        "Sunda?6 y, 06-Nov-94 08:49:37 GMT",
        "Sunday, 31-Nov-94 08:49:37 GMT",
        "Sun, 31 Nov 1994 08:49:37 GMT",
        "Sun, 29 Feb 1994 08:49:37 GMT",
        "Sun, 29 Feb 1900 08:49:37 GMT",
        "Sun, 30 Feb 1996 08:49:37 GMT",
        "Sun Feb 29 08:49:37 1993",
        "Sunday, 6-Nov-94 08:49:37 GMT",
        "Sun Nov 6 08:49:37 1994",
        "Sun Nov  6 08:49:37 1994 GMT",
        "Sun Nov  6 08:49 1994",
        "Sun",
        "Sun,",
        "Sun ",
        "Sunday,",
    };
    for (const std::string_view text : table) {
        INFO(text);
        CHECK_FALSE(parse_retry_after(text, sunday - 1).has_value());
    }
}
