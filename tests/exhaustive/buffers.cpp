// Every encoder with buffers of every size, from none to what it needs, which end at a page that cannot be written; and
// inputs at every alignment that end or begin at a page that cannot be read.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "unfriend/http.hpp"
#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/messages/friend_delete_all.hpp"
#include "unfriend/webhook.hpp"

#if UNFRIEND_WITH_USER_SIG
#include "unfriend/user_sig.hpp"
#endif

#include "check.hpp"
#include "guarded_pages.hpp"
#include "samples.hpp"

namespace {

using unfriend::errc;

/// Calls `encode` with every size from 0. Up to the one that it needs, it says which one that is; then it writes the
/// same whatever follows. `extra`: bytes that it may use behind its result.
template <class Encode>
void check_sizes(std::size_t extra, const Encode& encode) {
    const guarded_pages pages(64 * 1024);
    const unfriend::result<std::string_view> none = encode(unfriend::char_span());
    REQUIRE(none.error() == errc::buffer_too_small);
    const std::size_t needed = none.error().detail();
    std::string written;
    std::size_t wrong = 0;
    for (std::size_t size = 0; size <= needed + 70; ++size) {
        for (const unfriend::char_span buffer : {pages.last(size), pages.first(size)}) {
            const unfriend::result<std::string_view> text = encode(buffer);
            if (size < needed) {
                if (text || text.error() != errc::buffer_too_small || text.error().detail() != needed) ++wrong;
                continue;
            }
            if (!text || text->size() + extra != needed) {
                ++wrong;
                continue;
            }
            if (written.empty()) written = *text;
            if (*text != written || text->data() != buffer.data()) ++wrong;
        }
    }
    CHECK(wrong == 0);
    CHECK(written.size() + extra == needed);
}

const std::vector<std::vector<std::string>>& account_lists() {
    static const std::vector<std::vector<std::string>> lists{
        {"a"},
        {"a\"b"},
        {"bob", "carol", "dave"},
        {std::string(32, 'x'), std::string(32, '"'), "\\"},
        std::vector<std::string>(40, "someone with a long name"),
    };
    return lists;
}

} // namespace

TEST_CASE("the bodies of requests are written into buffers of every size") {
    for (const auto& accounts : account_lists()) {
        for (const auto type : {unfriend::delete_type::unspecified, unfriend::delete_type::both}) {
            for (const std::string_view from : {"alice", "\"\\\"", "a 32-byte name with \"four\" quotes"}) {
                if (from.size() > 32) continue;
                const unfriend::friend_delete_request some{from, accounts, type};
                check_sizes(0, [&](unfriend::char_span buffer) { return unfriend::encode(some, buffer); });
                const unfriend::friend_delete_all_request all{from, type};
                check_sizes(0, [&](unfriend::char_span buffer) { return unfriend::encode(all, buffer); });
            }
        }
    }
}

TEST_CASE("URLs are written into buffers of every size") {
    for (const std::string_view identifier :
         {"administrator", "a b/?%", "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\""}) {
        for (const std::string_view host : {"a", "console.tim.qq.com:65535", "[::1]"}) {
            check_sizes(1, [&](unfriend::char_span buffer) {
                return unfriend::encode_url(host, unfriend::friend_delete::path,
                                            {UINT32_MAX, identifier, "eJwtjNEKgjAYRt-lvy1kc87l*_", 7}, buffer);
            });
        }
    }
}

TEST_CASE("answers to webhooks are written into buffers of every size") {
    for (const auto answer : {unfriend::webhook::ack::ok, unfriend::webhook::ack::failure}) {
        check_sizes(0, [&](unfriend::char_span buffer) { return unfriend::webhook::encode_ack(answer, buffer); });
    }
}

#if UNFRIEND_WITH_USER_SIG
TEST_CASE("UserSigs are written into buffers of every size") {
    unfriend::user_sig_generator generator(1400000000, "administrator", unfriend::secret(std::string(64, 'a')));
    for (const std::string& user_buf : {std::string(), std::string("buffer"), std::string(512, '\xFE')}) {
        check_sizes(
            0, [&](unfriend::char_span buffer) { return generator.generate(1'700'000'000, 86'400, buffer, user_buf); });
    }
}
#endif

TEST_CASE("accounts are read at every alignment, up to a page that cannot be read and behind one") {
    const guarded_pages pages(4096);
    std::array<char, 1024> buffer;
    std::size_t wrong = 0;
    for (std::size_t size = 1; size <= 32; ++size) {
        for (std::size_t quoted = 0; quoted <= size; ++quoted) {
            std::string account(size, 'x');
            if (quoted != size) account[quoted] = '"';
            std::string escaped = account;
            if (quoted != size) escaped.insert(quoted, 1, '\\');
            const std::string expected = R"({"From_Account":"a","To_Account":[")" + escaped + R"("]})";
            for (const unfriend::char_span place : {pages.last(account), pages.first(account)}) {
                const std::array<std::string_view, 1> accounts{view_of(place)};
                const unfriend::friend_delete_request request{"a", accounts};
                const auto body = unfriend::encode(request, buffer);
                if (!body || *body != expected) ++wrong;
            }
            // Every alignment of the machine's blocks.
            for (std::size_t shift = 0; shift != 64; ++shift) {
                const unfriend::char_span all = pages.first(64 + size);
                account.copy(all.data() + shift, size);
                const std::array<std::string_view, 1> accounts{std::string_view(all.data() + shift, size)};
                const unfriend::friend_delete_request request{"a", accounts};
                const auto body = unfriend::encode(request, buffer);
                if (!body || *body != expected) ++wrong;
            }
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("bodies are read at every alignment, up to a page that cannot be read and behind one") {
    const std::string sample = minified(read_test_data("samples/friend_delete_response.json"));
    REQUIRE(!sample.empty());
    const guarded_pages pages(4096);
    std::size_t wrong = 0;
    for (std::size_t spaces = 0; spaces != 64; ++spaces) {
        for (std::size_t length = 0; length != 80; ++length) {
            // Texts of every length, so that every block of a text is the last one once.
            const std::string text(length, 'x');
            std::string body = std::string(spaces, ' ') + sample;
            body.replace(body.find("id1"), 3, text);
            body.replace(body.find("\"0\""), 3, '"' + text + '"');
            const auto check = [&](unfriend::char_span bytes, bool is_whole) {
                unfriend::friend_delete_response<unfriend::inline_items<4>> response;
                const unfriend::error failure = unfriend::decode(bytes, response);
                const bool is_read = !failure && response.items[0].to_account == text && response.error_info == text;
                if (is_whole ? !is_read : failure != errc::truncated_json) ++wrong;
            };
            check(pages.last(body), true);
            check(pages.first(body), true);
            // Cut within and behind the texts.
            for (const std::size_t kept :
                 {body.find("To_Account") + 13 + length / 2, body.find("To_Account") + 13 + length,
                  body.rfind("ErrorInfo") + 12 + length, body.size() - 1}) {
                check(pages.last(std::string_view(body).substr(0, kept)), false);
                check(pages.first(std::string_view(body).substr(0, kept)), false);
            }
        }
    }
    CHECK(wrong == 0);
}
