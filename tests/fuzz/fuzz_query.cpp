// A fuzz target: any text as the query of a webhook's URL, for an app without, with one and with two tokens. What
// `authenticate` says is what a plain reading of the query says.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unfriend/webhook.hpp"

#include "target.hpp"

namespace {

namespace webhook = unfriend::webhook;
using unfriend::errc;
using unfriend::webhook_parameter;

constexpr std::uint32_t app_id = 1400000000;
constexpr std::int64_t now = 1669872112; // of the documented example

/// A digest that can be guessed: the sum of all bytes, in each byte of it.
class sum_hash {
public:
    bool update(std::string_view bytes) {
        for (const char c : bytes) sum_ = static_cast<unsigned char>(sum_ + static_cast<unsigned char>(c));
        return true;
    }
    bool finish(unsigned char (&digest)[32]) {
        std::fill(std::begin(digest), std::end(digest), sum_);
        return true;
    }

private:
    unsigned char sum_ = 0;
};

template <class Sha256>
std::string sign_of(std::string_view token, std::string_view time) {
    Sha256 hash;
    unsigned char digest[32];
    hash.update(token);
    hash.update(time);
    hash.finish(digest);
    std::string text;
    for (const unsigned char byte : digest) {
        char two[3];
        std::snprintf(two, sizeof two, "%02x", byte);
        text += two;
    }
    return text;
}

constexpr std::array<std::string_view, 6> names{"SdkAppid",    "CallbackCommand", "ClientIP",
                                                "OptPlatform", "RequestTime",     "Sign"};

std::size_t index_of(webhook_parameter parameter) { return static_cast<std::size_t>(parameter); }

/// The query, read with strings.
struct plain_query {
    std::array<std::optional<std::string>, names.size()> values{};
    unfriend::error fault{};

    explicit plain_query(const std::string& query) {
        if (query.size() > 8192) {
            fault = {errc::webhook_query_too_large, 8192};
            return;
        }
        for (std::size_t at = 0; at != query.size() && !fault; ++at) {
            if (query[at] != '%') continue;
            const bool is_whole = query.size() - at > 2 && is_hex(query[at + 1]) && is_hex(query[at + 2]);
            if (!is_whole) fault = {errc::webhook_query_malformed, at};
        }
        for (std::size_t begin = 0; begin <= query.size() && !fault;) {
            const std::size_t end = std::min(query.find('&', begin), query.size());
            add(query.substr(begin, end - begin));
            begin = end + 1;
        }
    }

    const std::optional<std::string>& operator[](webhook_parameter parameter) const {
        return values[index_of(parameter)];
    }

private:
    static bool is_hex(char c) { return std::string_view("0123456789abcdefABCDEF").find(c) != std::string_view::npos; }

    static std::string decode(const std::string& text) {
        std::string plain;
        for (std::size_t at = 0; at != text.size(); ++at) {
            if (text[at] == '%') {
                plain += static_cast<char>(std::stoi(text.substr(at + 1, 2), nullptr, 16));
                at += 2;
            } else {
                plain += text[at] == '+' ? ' ' : text[at];
            }
        }
        return plain;
    }

    void add(const std::string& pair) {
        if (pair.empty()) return;
        const std::size_t equals = pair.find('=');
        const std::string name = decode(pair.substr(0, equals));
        const auto found = std::find(names.begin(), names.end(), name);
        if (found == names.end()) return;
        const auto index = static_cast<std::size_t>(found - names.begin());
        if (values[index]) fault = {errc::webhook_parameter_repeated, index};
        values[index] = equals == std::string::npos ? "" : decode(pair.substr(equals + 1));
    }
};

/// The number, if `text` is one of at most `most`, without sign and leading zeros.
std::optional<std::uint64_t> number_of(const std::string& text, std::uint64_t most) {
    if (text.empty() || text.size() > 19 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
    }
    const std::uint64_t number = std::stoull(text);
    return number <= most ? std::optional(number) : std::nullopt;
}

bool is_origin(const std::optional<std::string>& text) {
    return !text || (text->size() <= 64 &&
                     std::all_of(text->begin(), text->end(), [](char c) { return c >= 0x20 && c <= 0x7E; }));
}

unfriend::error missing(webhook_parameter parameter) { return {errc::webhook_parameter_missing, index_of(parameter)}; }
unfriend::error invalid(webhook_parameter parameter) { return {errc::webhook_parameter_invalid, index_of(parameter)}; }

template <class Sha256>
unfriend::error expected_failure(const plain_query& query, const std::vector<std::string_view>& tokens) {
    using parameter = webhook_parameter;
    if (query.fault) return query.fault;
    if (!query[parameter::sdk_app_id]) return missing(parameter::sdk_app_id);
    const auto app = number_of(*query[parameter::sdk_app_id], UINT32_MAX);
    if (!app) return invalid(parameter::sdk_app_id);
    if (*app != app_id) return errc::webhook_app_mismatch;
    if (!tokens.empty()) {
        for (const parameter each : {parameter::request_time, parameter::sign}) {
            if (!query[each]) return missing(each);
        }
        const std::string& text = *query[parameter::request_time];
        const auto time = number_of(text, INT64_MAX);
        if (!time) return invalid(parameter::request_time);
        const bool matches = std::any_of(tokens.begin(), tokens.end(), [&](std::string_view token) {
            return sign_of<Sha256>(token, text) == *query[parameter::sign];
        });
        if (!matches) return errc::webhook_sign_mismatch;
        const auto present = static_cast<std::uint64_t>(now);
        if ((*time > present ? *time - present : present - *time) > 60) return errc::webhook_time_mismatch;
    }
    for (const parameter each : {parameter::client_ip, parameter::opt_platform}) {
        if (!is_origin(query[each])) return invalid(each);
    }
    if (!query[parameter::callback_command]) return missing(parameter::callback_command);
    if (*query[parameter::callback_command] != "Sns.CallbackFriendDelete") return errc::webhook_other_command;
    return {};
}

template <class Sha256>
void check(std::string_view text, const plain_query& query, const webhook::credentials& app,
           const std::vector<std::string_view>& tokens) {
    const auto post = webhook::authenticate<Sha256>(text, app, now);
    const unfriend::error expected = expected_failure<Sha256>(query, tokens);
    require(post.error().code() == expected.code(), "the first fault of the query is the one that is reported");
    require(post.error().detail() == expected.detail(), "the detail is that of the fault");
    if (!post) return;
    require(post->is_authenticated() == !tokens.empty(), "only what was signed is authenticated");
    require(post->client_ip() == query[webhook_parameter::client_ip].value_or(""), "ClientIP is that of the query");
    require(post->opt_platform().text == query[webhook_parameter::opt_platform].value_or(""),
            "OptPlatform is that of the query");
    if (tokens.empty()) return;
    require(std::to_string(post->request_time()) == *query[webhook_parameter::request_time],
            "RequestTime is that of the query");
    require(post->sign() == *query[webhook_parameter::sign], "Sign is that of the query");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    const plain_query query(text);
    const webhook::credentials open{app_id, webhook::no_token};
    const webhook::credentials one{app_id, unfriend::secret("xxxxyyyy")};
    const webhook::credentials two{app_id, unfriend::secret("another"), unfriend::secret("xxxxyyyy")};
    check<unfriend::openssl_sha256>(text, query, open, {});
    check<unfriend::openssl_sha256>(text, query, one, {"xxxxyyyy"});
    check<sum_hash>(text, query, two, {"another", "xxxxyyyy"});
    return 0;
}
