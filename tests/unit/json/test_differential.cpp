// Prediction and RapidJSON alone say the same of any body: value for value, error for error.
#include <cstddef>
#include <cstdlib>
#include <string>
#include <string_view>

#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/messages/friend_delete_all.hpp"
#include "unfriend/user_sig/detail/document.hpp"
#include "unfriend/webhook.hpp"

#include "../../fuzz/documents.hpp"
#include "../../fuzz/readings.hpp"
#include "check.hpp"
#include "samples.hpp"

#if defined(__has_feature)
#define HAS_FEATURE(feature) __has_feature(feature)
#else
#define HAS_FEATURE(feature) 0
#endif

namespace {

using unfriend::detail::event_layout;
using unfriend::detail::friend_delete_all_layout;
using unfriend::detail::friend_delete_layout;
using unfriend::detail::user_sig_layout;

/// How many damaged bodies each run reads. UNFRIEND_DIFFERENTIAL_DOCUMENTS says otherwise.
std::size_t documents() {
    if (const char* const wanted = std::getenv("UNFRIEND_DIFFERENTIAL_DOCUMENTS")) {
        return std::strtoull(wanted, nullptr, 10);
    }
#if defined(__SANITIZE_ADDRESS__) || HAS_FEATURE(address_sanitizer) || !defined(__OPTIMIZE__)
    return 30'000;
#else
    return 1'000'000;
#endif
}

/// What became of many bodies.
struct tally {
    std::size_t read = 0;
    std::size_t refused = 0;
};

template <class Layout>
void check(std::string_view body, std::size_t capacity, tally& count) {
    const comparison compared = compare<Layout>(body, capacity);
    ++(compared.parsed ? count.refused : count.read);
    if (compared.agree) return;
    CAPTURE(body);
    CAPTURE(capacity);
    CHECK(compared.predicted.code() == compared.parsed.code());
    CHECK(compared.predicted.detail() == compared.parsed.detail());
    FAIL("the two readings differ");
}

/// Reads `share` of every 8 documents, some of which have to be read to the end and some refused.
template <class Layout, class Make>
void check_damaged(std::size_t share, const Make& make) {
    document_maker maker(share);
    tally count;
    for (std::size_t left = documents() / 8 * share; left != 0; --left) {
        check<Layout>(maker.damaged(make(maker)), maker.capacity(), count);
    }
    CHECK(count.read > count.refused / 8);
    CHECK(count.refused > count.read / 8);
}

} // namespace

TEST_CASE("damaged answers to friend_delete are read alike") {
    check_damaged<friend_delete_layout>(4, [](document_maker& maker) { return maker.friend_delete(); });
}

TEST_CASE("damaged answers to friend_delete_all are read alike") {
    check_damaged<friend_delete_all_layout>(1, [](document_maker& maker) { return maker.friend_delete_all(); });
}

TEST_CASE("damaged webhook bodies are read alike") {
    check_damaged<event_layout>(2, [](document_maker& maker) { return maker.webhook(); });
}

TEST_CASE("damaged documents of UserSigs are read alike") {
    check_damaged<user_sig_layout>(1, [](document_maker& maker) { return maker.user_sig(); });
}

TEST_CASE("what decoding an escape in place leaves behind is not taken for what was sent") {
    for (const std::string_view sent :
         {R"(\n)", R"(a\tb)", R"(\u0041B)", R"(\u0000)", R"(\"\")", R"(\\\\)", R"(\u00e9)"}) {
        std::string left(sent);
        unfriend::detail::unescape_in_place(left.data(), left);
        tally count;
        for (const std::string_view member : {"To_Account", "ResultInfo"}) {
            const auto item = [&](std::string_view text) {
                return std::string(R"({"To_Account":"a","ResultCode":1,")")
                    .append(member)
                    .append("\":\"")
                    .append(text)
                    .append("\"}");
            };
            std::string body = R"({"ResultItem":[)" + item(sent) + "," + item(left) + "," + item(sent) + "]}";
            check<friend_delete_layout>(body, 64, count);
        }
        CHECK(count.read + count.refused == 2);
    }
}

TEST_CASE("the documents' samples are read alike, each cut anywhere and with another byte in any place") {
    constexpr std::string_view bytes("\0\x1F\n \"\\{}[]:,019-eEu/n<~\x7F\x80\xA9\xC3\xE5\xED\xF0\xFF", 31);
    for (const std::string_view name : {"samples/friend_delete_response.json", "samples/friend_delete_webhook.json"}) {
        const std::string sample = read_test_data(name);
        REQUIRE(!sample.empty());
        for (const std::string& whole : {sample, minified(sample)}) {
            tally count;
            for (std::size_t at = 0; at != whole.size(); ++at) {
                check<friend_delete_layout>(whole.substr(0, at), 64, count);
                check<event_layout>(whole.substr(0, at), 64, count);
                for (const char byte : bytes) {
                    std::string changed = whole;
                    changed[at] = byte;
                    check<friend_delete_layout>(changed, 64, count);
                    check<event_layout>(changed, 64, count);
                }
            }
            CHECK(count.read > 0);
            CHECK(count.refused > 0);
        }
    }
}
