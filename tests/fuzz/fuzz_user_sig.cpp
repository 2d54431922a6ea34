// A fuzz target: any text as a UserSig, any document inside one, and UserSigs that were made here and then changed.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include <rapidjson/document.h>
#include <zlib.h>

#include "unfriend/user_sig.hpp"

#include "target.hpp"

namespace {

using unfriend::errc;
using unfriend::user_sig_claims;

constexpr std::uint32_t app_id = 1400000000;
constexpr std::string_view identifier = "administrator";
constexpr std::int64_t now = 1700000000;
constexpr std::string_view key = "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e";

std::string base64(std::string_view bytes) {
    constexpr const char* letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-";
    std::string text;
    unsigned bits = 0;
    unsigned count = 0;
    for (const char c : bytes) {
        bits = bits << 8U | static_cast<unsigned char>(c);
        for (count += 8; count >= 6; count -= 6) text += letters[bits >> (count - 6) & 63U];
    }
    if (count != 0) text += letters[bits << (6 - count) & 63U];
    while (text.size() % 4 != 0) text += '_';
    return text;
}

std::string compressed(std::string_view bytes) {
    std::string out(compressBound(static_cast<uLong>(bytes.size())), '\0');
    auto size = static_cast<uLongf>(out.size());
    compress2(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()),
              static_cast<uLong>(bytes.size()), 1);
    out.resize(size);
    return out;
}

/// The text of a member that is repeated counts where it comes last.
const RAPIDJSON_NAMESPACE::Value* last_member(const RAPIDJSON_NAMESPACE::Document& document, std::string_view name) {
    const RAPIDJSON_NAMESPACE::Value* found = nullptr;
    for (const auto& member : document.GetObject()) {
        if (std::string_view(member.name.GetString(), member.name.GetStringLength()) == name) found = &member.value;
    }
    return found;
}

bool is_text(const RAPIDJSON_NAMESPACE::Value* value, std::string_view text) {
    return value != nullptr && value->IsString() &&
           std::string_view(value->GetString(), value->GetStringLength()) == text;
}

bool is_number(const RAPIDJSON_NAMESPACE::Value* value, std::int64_t number) {
    return value != nullptr && value->IsInt64() && value->GetInt64() == number;
}

/// What was accepted says the same to RapidJSON's DOM.
void check_claims(std::string_view document, const user_sig_claims& claims) {
    RAPIDJSON_NAMESPACE::Document dom;
    dom.Parse<RAPIDJSON_NAMESPACE::kParseValidateEncodingFlag>(document.data(), document.size());
    // Only the DOM refuses numbers beyond the range of double, which unknown members may have.
    if (dom.GetParseError() == RAPIDJSON_NAMESPACE::kParseErrorNumberTooBig) return;
    require(!dom.HasParseError() && dom.IsObject(), "what is accepted is a JSON object");
    require(is_text(last_member(dom, "TLS.ver"), "2.0"), "what is accepted has the version");
    require(is_text(last_member(dom, "TLS.identifier"), claims.identifier), "the identifier is that of the document");
    require(is_number(last_member(dom, "TLS.sdkappid"), claims.sdk_app_id), "the SDKAppID is that of the document");
    require(is_number(last_member(dom, "TLS.time"), claims.time), "the time is that of the document");
    require(is_number(last_member(dom, "TLS.expire"), claims.expire), "the lifetime is that of the document");
    const auto* const user_buf = last_member(dom, "TLS.userbuf");
    require(user_buf == nullptr ? claims.user_buf.empty() : is_text(user_buf, claims.user_buf),
            "the userbuf is that of the document");
    require(claims.time >= 0 && claims.expire >= 0, "times are not negative");
    require(!claims.identifier.empty() && std::all_of(claims.identifier.begin(), claims.identifier.end(),
                                                      [](char c) { return c >= 0x20 && c <= 0x7E; }),
            "no line of what is signed can be forged");
}

class subject {
public:
    subject() : generator_(app_id, identifier, unfriend::secret(key)) {}

    /// Any text. The generator's own key signed none of them.
    void check_text(std::string_view text) {
        char scratch[unfriend::max_user_sig_size];
        const auto inspected = unfriend::inspect_user_sig(text, scratch);
        require(inspected || inspected.error() == errc::user_sig_malformed, "what cannot be read is malformed");
        const auto validated = generator_.validate(text, now, scratch);
        require(!validated, "what was not signed is refused");
        require(inspected ? validated.error() != errc::user_sig_malformed
                          : validated.error() == errc::user_sig_malformed,
                "both readings agree");
    }

    void check_document(std::string_view document) {
        const std::string text = base64(compressed(document));
        char scratch[unfriend::max_user_sig_size];
        if (const auto claims = unfriend::inspect_user_sig(text, scratch)) check_claims(document, *claims);
        check_text(text);
    }

    /// Makes a UserSig from the input, and validates it as it is and with a character changed.
    void check_made(input_bytes input) {
        const std::int64_t time = static_cast<std::int64_t>(input.take_byte()) * 8'000'000;
        const std::int64_t expire = 1 + static_cast<std::int64_t>(input.take_byte()) * 1000;
        const std::size_t place = input.take_byte() * 4U + input.take_byte() % 4U;
        const auto changed_to = static_cast<char>(input.take_byte());
        const std::string user_buf(input.rest());
        char buffer[unfriend::max_user_sig_size];
        char scratch[unfriend::max_user_sig_size];
        const auto made = generator_.generate(time, expire, buffer, user_buf);
        if (!made) return require(made.error() == errc::user_buf_too_large && user_buf.size() > 512, "it is made");
        const auto validated = generator_.validate(*made, time, scratch);
        require(validated && is_same(*validated, time, expire), "what was made is valid");
        require(generator_.validate(*made, time + expire, scratch).error() == errc::user_sig_expired, "until it ends");
        std::string changed(*made);
        changed[place % changed.size()] = changed_to;
        if (changed == *made) return;
        const auto read = generator_.validate(changed, time, scratch);
        require(!read || is_same(*read, time, expire), "what was changed says the same or is refused");
    }

private:
    static bool is_same(const user_sig_claims& claims, std::int64_t time, std::int64_t expire) {
        return claims.sdk_app_id == app_id && claims.identifier == identifier && claims.time == time &&
               claims.expire == expire;
    }

    unfriend::user_sig_generator generator_;
};

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    input_bytes input(data, size);
    subject subject;
    switch (input.take_byte() % 3) {
    case 0: subject.check_text(input.rest()); break;
    case 1: subject.check_document(input.rest()); break;
    default: subject.check_made(input); break;
    }
    return 0;
}
