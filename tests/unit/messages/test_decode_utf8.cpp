// Answers: exactly valid UTF-8 is taken, in values, names and members that are not known.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/messages/friend_delete_all.hpp"

#include "answers.hpp"
#include "check.hpp"
#include "utf8_judge.hpp"

namespace {

using namespace std::string_view_literals;
using unfriend::errc;

/// Bytes at which a rule of UTF-8 begins or ends.
constexpr std::array<int, 24> edges{0x20, 0x41, 0x7E, 0x7F, 0x80, 0x81, 0x8F, 0x90, 0x9F, 0xA0, 0xAF, 0xBF,
                                    0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFE, 0xFF};

/// Whether a byte stands for itself in JSON, UTF-8 aside.
constexpr bool is_literal(int byte) { return byte >= 0x20 && byte != '"' && byte != '\\'; }

/// Decodes one body again and again, with other bytes within its quotes, and counts wrong verdicts.
class differential {
public:
    differential(std::string_view before, std::string_view behind) : before_(before), behind_(behind) {}

    void judge(std::string_view text) {
        std::array<char, 128> buffer;
        std::size_t size = before_.copy(buffer.data(), before_.size());
        const char* const placed = buffer.data() + size;
        size += text.copy(buffer.data() + size, text.size());
        size += behind_.copy(buffer.data() + size, behind_.size());
        unfriend::friend_delete_all_response<> response;
        const unfriend::error failure = unfriend::decode({buffer.data(), size}, response);
        const bool valid = is_valid_utf8(text);
        const bool kept =
            std::string_view(placed, text.size()) == text && (before_ != value || response.error_info == text);
        const bool right = valid ? !failure && response.error_code == 0 && kept : failure == errc::invalid_utf8;
        if (!right && wrong_++ == 0) first_wrong_ = text;
        ++judged_;
    }

    std::size_t wrong() const { return wrong_; }
    const std::string& first_wrong() const { return first_wrong_; }
    std::size_t judged() const { return judged_; }

    static constexpr std::string_view value = R"({"ErrorCode":0,"ErrorInfo":")";

private:
    std::string_view before_;
    std::string_view behind_;
    std::string first_wrong_{};
    std::size_t wrong_ = 0;
    std::size_t judged_ = 0;
};

template <class... Bytes>
void judge(differential& body, Bytes... bytes) {
    if (!(is_literal(bytes) && ...)) return;
    const char text[] = {static_cast<char>(bytes)...};
    body.judge({text, sizeof text});
}

void judge_short_sequences(differential& body) {
    for (int first = 0; first < 256; ++first) {
        judge(body, first);
        for (int second = 0; second < 256; ++second) judge(body, first, second);
    }
}

} // namespace

TEST_CASE("the judge knows UTF-8") {
    CHECK(is_valid_utf8("a\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"));
    for (const std::string_view bad :
         {"\x80"sv, "\xBF"sv, "\xC0\x80"sv, "\xC1\xBF"sv, "\xC2"sv, "\xE0\x9F\xBF"sv, "\xED\xA0\x80"sv,
          "\xF0\x8F\xBF\xBF"sv, "\xF4\x90\x80\x80"sv, "\xF8\x88\x80\x80\x80"sv, "\xFF"sv}) {
        CHECK(!is_valid_utf8(bad));
    }
}

TEST_CASE("of all sequences of one and two bytes those that are UTF-8 are taken, wherever they stand") {
    differential places[] = {{differential::value, "\"}"},
                             {R"({"ErrorCode":0,"ErrorInfo":"plain text of a certain length)", "and on\"}"},
                             {R"({"ErrorCode":0,"a":")", "\"}"},
                             {R"({"ErrorCode":0,"a":{"b":[")", "\"]}}"},
                             {R"({")", R"(":"","ErrorCode":0})"},
                             {R"({"a":{")", R"(":""},"ErrorCode":0})"}};
    for (differential& place : places) {
        judge_short_sequences(place);
        INFO("first: ", place.first_wrong());
        CHECK(place.wrong() == 0);
        CHECK(place.judged() == 222 + 222 * 222);
    }
}

TEST_CASE("of all sequences of three bytes those that are UTF-8 are taken") {
    differential body(differential::value, "\"}");
    for (int first = 0xE0; first <= 0xEF; ++first) {
        for (int second = 0; second < 256; ++second) {
            for (int third = 0; third < 256; ++third) judge(body, first, second, third);
        }
    }
    for (int first = 0; first < 256; ++first) {
        for (int second = 0; second < 256; ++second) {
            for (const int third : edges) judge(body, first, second, third);
        }
    }
    INFO("first: ", body.first_wrong());
    CHECK(body.wrong() == 0);
    CHECK(body.judged() == 16 * 222 * 222 + 222 * 222 * edges.size());
}

TEST_CASE("of sequences of four bytes those that are UTF-8 are taken") {
    differential body(differential::value, "\"}");
    for (int first = 0xEF; first < 256; ++first) {
        for (int second = 0; second < 256; ++second) {
            for (const int third : edges) {
                for (const int fourth : edges) judge(body, first, second, third, fourth);
            }
        }
    }
    INFO("first: ", body.first_wrong());
    CHECK(body.wrong() == 0);
    CHECK(body.judged() == 17 * 222 * edges.size() * edges.size());
}

TEST_CASE("every code point is taken as it is written, and spelled by its escape") {
    std::size_t wrong = 0;
    for (std::uint32_t point = 0x80; point <= 0x10FFFF; point += point < 0xFFFF ? 1U : 251U) {
        if (point >= 0xD800 && point < 0xE000) continue;
        const std::string text = utf8_of(point);
        constexpr const char* digits = "0123456789abcdef";
        std::string escaped;
        const auto escape = [&](std::uint32_t unit) {
            escaped += "\\u";
            for (const std::uint32_t weight : {4096U, 256U, 16U, 1U}) escaped += digits[unit / weight % 16];
        };
        if (point < 0x10000) {
            escape(point);
        } else {
            escape(0xD800 + (point - 0x10000) / 1024);
            escape(0xDC00 + (point - 0x10000) % 1024);
        }
        exact_bytes body(R"({"ErrorInfo":")" + text + R"(","ErrorDisplay":")" + escaped + R"(","ErrorCode":0})");
        unfriend::friend_delete_all_response<> response;
        const bool right =
            !unfriend::decode(body.span(), response) && response.error_info == text && response.error_display == text;
        wrong += right ? 0U : 1U;
    }
    CHECK(wrong == 0);
}

TEST_CASE("half of a surrogate pair is refused in values, names and members that are not known") {
    for (const std::string text :
         {R"(\uD800)", R"(\uDBFF)", R"(\uDC00)", R"(\uDFFF)", R"(\udead)", R"(x\uD83Dx)", R"(\uD83D\u0041)",
          R"(\uD83D\uD83D)", R"(\uDE00\uD83D)", R"(\uDE00\uDE00)", R"(\uD83D\n)", R"(\uD83D\uDE00\uDE00)",
          R"(\u0041\uDC00\u0041)", "\xED\x9F\xBF\\uDC00"}) {
        INFO(text);
        CHECK(decoded(R"({"ErrorInfo":")" + text + "\"}").failure == errc::invalid_utf8);
        CHECK(decoded(R"({"a":")" + text + "\"}").failure == errc::invalid_utf8);
        CHECK(decoded(R"({"a":[{"b":")" + text + "\"}]}").failure == errc::invalid_utf8);
        CHECK(decoded("{\"" + text + R"(":1})").failure == errc::invalid_utf8);
        CHECK(decoded(R"({"a":{")" + text + R"(":1}})").failure == errc::invalid_utf8);
        CHECK(decoded(R"({"ResultItem":[{"To_Account":"a"},{"To_Account":")" + text + "\"}]}").failure ==
              errc::invalid_utf8);
        CHECK(decoded(R"({"ResultItem":[{"To_Account":"a","b":")" + text + "\"}]}").failure == errc::invalid_utf8);
    }
}

TEST_CASE("the byte where UTF-8 breaks is told, at any place in a string") {
    for (std::size_t before = 0; before <= 70; ++before) {
        const std::string text(before, 'x');
        const std::string body = R"({"ErrorCode":0,"ErrorInfo":")" + text + "\xC3\x28" + R"("})";
        const decoded answer(body);
        CHECK(answer.failure == errc::invalid_utf8);
        CHECK(answer.failure.detail() >= body.find('\xC3'));
        CHECK(answer.failure.detail() <= body.find('\xC3') + 1);
    }
}

TEST_CASE("a body that ends with two escapes that are no pair is not taken for one that is cut short") {
    for (const std::string_view before :
         {R"({"ErrorInfo":")"sv, R"({"a":")"sv, R"({")"sv, R"({"ErrorInfo":"\n\u0041)"sv}) {
        for (const std::string_view escapes : {R"(\ud83d\u0041)"sv, R"(\ud83d\ud83d)"sv, R"(\uDBFF\uE000)"sv}) {
            const std::string body = std::string(before).append(escapes);
            CAPTURE(body);
            CHECK(decoded(body).failure == errc::invalid_utf8);
            for (std::size_t size = body.size() - 6; size != body.size(); ++size) {
                CHECK(decoded(std::string_view(body).substr(0, size)).failure == errc::truncated_json);
            }
        }
    }
}

TEST_CASE("a body that is cut inside a character is cut short, whatever stands before it in the same string") {
    for (const std::string_view before :
         {"", "x", R"(\n)", R"(\n\n\n\n)", R"(\u0041)", R"(\ud83d\ude00)", "\xC3\xA9", "\\t\xC3\xA9"}) {
        for (const std::string_view character : {"\xC3\xA9"sv, "\xE5\xA5\xBD"sv, "\xF0\x9F\x98\x80"sv}) {
            for (std::size_t kept = 1; kept != character.size(); ++kept) {
                for (const std::string_view lead :
                     {R"({"ErrorInfo":")"sv, R"({"a":")"sv, R"({")"sv, R"({"ResultItem":[{"ResultInfo":")"sv}) {
                    const std::string body = std::string(lead).append(before).append(character.substr(0, kept));
                    CAPTURE(body);
                    const decoded answer(body);
                    CHECK(answer.failure == errc::truncated_json);
                    CHECK(answer.failure.detail() == body.size());
                }
            }
        }
    }
}

TEST_CASE("a character that is cut by anything but the end is not UTF-8, whatever stands before it") {
    for (const std::string_view before : {"", R"(\n)", R"(\u0041\u0041)"}) {
        for (const std::string_view cut : {"\xC3"sv, "\xE5\xA5"sv, "\xF0\x9F\x98"sv}) {
            const std::string body =
                std::string(R"({"ErrorInfo":")").append(before).append(cut).append(R"(","ErrorCode":0})");
            CAPTURE(body);
            const decoded answer(body);
            CHECK(answer.failure == errc::invalid_utf8);
            CHECK(answer.failure.detail() == body.find(cut));
        }
    }
}
