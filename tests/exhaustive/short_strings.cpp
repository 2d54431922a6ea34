// Every JSON string of up to three bytes, in each place where a string can stand. UNFRIEND_EXHAUSTIVE=1 tries each of
// the 256 byte values; without, those at which a rule of JSON or UTF-8 begins or ends, with a neighbour on either side:
// between two of these, the reader makes no difference.
#include <array>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/webhook.hpp"

#include "check.hpp"
#include "checked_decode.hpp"
#include "utf8_judge.hpp"

namespace {

using unfriend::errc;

std::vector<int> bytes_to_try() {
    if (std::getenv("UNFRIEND_EXHAUSTIVE") == nullptr) {
        return {0x00, 0x01, 0x0A, 0x1F, 0x20, 0x21, '"',  '#',  '/',  '0',  '9',  '[',  '\\', ']',  'b',  'f',
                'n',  'r',  't',  'u',  'x',  '{',  0x7E, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1,
                0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF};
    }
    std::vector<int> all(256);
    for (int byte = 0; byte != 256; ++byte) all[static_cast<std::size_t>(byte)] = byte;
    return all;
}

/// What a string of up to three bytes says: its value, or nothing when it is not valid. Strings that end before their
/// last byte, or after it, change the document around them and are judged with it.
struct judged_string {
    bool is_part = true; ///< whether the quotes around it are its own
    std::optional<std::string> value{};
};

judged_string judge(std::string_view text) {
    constexpr std::string_view letters = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    judged_string judged;
    std::string value;
    bool is_valid = true;
    for (std::size_t at = 0; at != text.size(); ++at) {
        const char c = text[at];
        if (c == '"') return {false, {}};
        if (c != '\\') {
            is_valid = is_valid && static_cast<unsigned char>(c) >= 0x20;
            value += c;
            continue;
        }
        if (++at == text.size()) return {false, {}};
        const std::size_t letter = letters.find(text[at]);
        is_valid = is_valid && letter != std::string_view::npos; // `\u` takes more bytes than there are
        if (letter != std::string_view::npos) value += meanings[letter];
    }
    if (is_valid && is_valid_utf8(text)) judged.value = value;
    return judged;
}

/// Tries every string between `before` and `behind`, and finds it with `get`, if it is one that can be seen.
template <class Checker, class Response, class Get>
class place {
public:
    place(std::string_view before, std::string_view behind, Get get) : before_(before), behind_(behind), get_(get) {}

    void check(std::string_view text) {
        const judged_string judged = judge(text);
        std::array<char, 256> buffer;
        std::size_t size = before_.copy(buffer.data(), before_.size());
        size += text.copy(buffer.data() + size, text.size());
        size += behind_.copy(buffer.data() + size, behind_.size());
        if (!judged.is_part) {
            verdicts ignored;
            if (!checker_.check({buffer.data(), size}, ignored)) note(text);
            return;
        }
        const unfriend::error failure = decode({buffer.data(), size});
        ++judged_;
        const bool is_refused = failure == errc::malformed_json || failure == errc::invalid_utf8;
        if (judged.value ? !get_(failure, response_, *judged.value) : !is_refused) note(text);
    }

    std::size_t wrong() const { return wrong_; }
    std::size_t judged() const { return judged_; }
    const std::string& first_wrong() const { return first_wrong_; }

private:
    unfriend::error decode(unfriend::char_span body) {
        if constexpr (std::is_same_v<Checker, event_checker>) {
            return unfriend::webhook::decode(body, response_);
        } else {
            return unfriend::decode(body, response_);
        }
    }

    void note(std::string_view text) {
        if (wrong_++ == 0) first_wrong_ = text;
    }

    std::string_view before_;
    std::string_view behind_;
    Get get_;
    Checker checker_{};
    Response response_{};
    std::size_t wrong_ = 0;
    std::size_t judged_ = 0;
    std::string first_wrong_{};
};

template <class Checker, class Response, class Get>
void check_place(std::string_view before, std::string_view behind, Get get) {
    CAPTURE(before);
    place<Checker, Response, Get> here(before, behind, get);
    const std::vector<int> bytes = bytes_to_try();
    here.check("");
    std::array<char, 3> text;
    for (const int first : bytes) {
        text[0] = static_cast<char>(first);
        here.check({text.data(), 1});
        for (const int second : bytes) {
            text[1] = static_cast<char>(second);
            here.check({text.data(), 2});
            for (const int third : bytes) {
                text[2] = static_cast<char>(third);
                here.check({text.data(), 3});
            }
        }
    }
    INFO(here.first_wrong());
    CHECK(here.wrong() == 0);
    CHECK(here.judged() > bytes.size() * bytes.size() * bytes.size() * 9 / 10);
}

using response_type = unfriend::friend_delete_response<unfriend::inline_items<4>>;
using event_type = unfriend::webhook::event<unfriend::inline_items<4, unfriend::webhook::friend_pair>>;

template <class Get>
void check_response(std::string_view before, std::string_view behind, Get get) {
    check_place<friend_delete_checker, response_type>(before, behind, get);
}

template <class Get>
void check_event(std::string_view before, std::string_view behind, Get get) {
    check_place<event_checker, event_type>(before, behind, get);
}

/// For strings that nobody asks for.
constexpr auto is_read = [](const unfriend::error& failure, const auto&, const std::string&) { return !failure; };

} // namespace

TEST_CASE("every string of up to three bytes as a text of an answer") {
    check_response(R"({"ErrorInfo":")", R"("})",
                   [](const auto& failure, const auto& response, const std::string& value) {
                       return !failure && response.error_info == value;
                   });
    // Behind a nested value, where RapidJSON reads.
    check_response(R"({"x":{},"RequestId":")", R"("})",
                   [](const auto& failure, const auto& response, const std::string& value) {
                       return !failure && response.request_id == value;
                   });
}

TEST_CASE("every string of up to three bytes as a text of an item") {
    check_response(R"({"ResultItem":[{"To_Account":")", R"("}]})",
                   [](const auto& failure, const auto& response, const std::string& value) {
                       return !failure && response.items[0].to_account == value;
                   });
    check_response(R"({"ResultItem":[{"To_Account":"a","ResultInfo":"b"},{"To_Account":")", R"(","ResultInfo":"b"}]})",
                   [](const auto& failure, const auto& response, const std::string& value) {
                       return !failure && response.items[1].to_account == value;
                   });
    check_response(R"({"ResultItem":[{"ResultCode":1,"ResultInfo":")", R"("}]})",
                   [](const auto& failure, const auto& response, const std::string& value) {
                       return !failure && response.items[0].result_info == value;
                   });
}

TEST_CASE("every string of up to three bytes as the name or the text of an unknown member") {
    check_response(R"({")", R"(":1})", is_read);
    check_response(R"({"x":")", R"("})", is_read);
    check_response(R"({"x":[{")", R"(":1}]})", is_read);
    check_response(R"({"ResultItem":[{")", R"(":[]}]})", is_read);
}

TEST_CASE("every string of up to three bytes as a text of an event") {
    const auto is_account = [](const auto& failure, const auto& event, const std::string& value) {
        return value.empty() ? failure == errc::missing_member : !failure && event.pairs[0].to_account == value;
    };
    check_event(R"({"CallbackCommand":"Sns.CallbackFriendDelete","PairList":[{"From_Account":"a","To_Account":")",
                R"("}]})", is_account);
    check_event(R"({"CallbackCommand":"Sns.CallbackFriendDelete","PairList":[],"ClientIP":")", R"("})",
                [](const auto& failure, const auto& event, const std::string& value) {
                    return !failure && event.client_ip == value;
                });
}
