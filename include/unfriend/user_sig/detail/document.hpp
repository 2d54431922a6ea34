// The content of a UserSig: the text that is signed, the JSON document, and its compression.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "unfriend/core/char_span.hpp"
#include "unfriend/core/detail/ascii.hpp"
#include "unfriend/core/detail/fixed_writer.hpp"
#include "unfriend/core/limits.hpp"
#include "unfriend/core/result.hpp"
#include "unfriend/crypto/detail/constant_time.hpp"
#include "unfriend/crypto/detail/wipe.hpp"
#include "unfriend/json/detail/message_reader.hpp"
#include "unfriend/json/detail/writer.hpp"
#include "unfriend/user_sig/claims.hpp"
#include "unfriend/user_sig/detail/base64.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

inline constexpr std::size_t max_user_buf_size = 512;
inline constexpr std::size_t max_user_buf_text_size = base64_size(max_user_buf_size);
inline constexpr std::size_t max_identifier_size = 128;
inline constexpr std::size_t max_signed_text_size = max_identifier_size + max_user_buf_text_size + 128;
inline constexpr std::size_t max_document_size = 2 * max_identifier_size + max_user_buf_text_size + 256;
inline constexpr std::size_t max_packed_size = max_document_size + 64; // the headers of zlib and of stored blocks

/// The members of the document. The defaults are values that no document has.
struct user_sig_document {
    std::string_view identifier;
    std::int64_t sdk_app_id = -1;
    std::int64_t time = -1;
    std::int64_t expire = -1;
    std::string_view user_buf; ///< base64
    std::string_view sig;      ///< base64
    std::string_view version;

    user_sig_claims claims() const noexcept {
        return {static_cast<std::uint32_t>(sdk_app_id), identifier, time, expire, user_buf};
    }
};

struct user_sig_layout : no_list {
    using head = user_sig_document;
    static constexpr json_member<head> head_members[] = {
        {"TLS.ver", &head::version},
        {"TLS.identifier", &head::identifier},
        {"TLS.sdkappid", &head::sdk_app_id},
        {"TLS.expire", &head::expire},
        {"TLS.time", &head::time},
        {"TLS.userbuf", &head::user_buf},
        {"TLS.sig", &head::sig},
    };
};

class user_buf_text {
public:
    /// `user_buf` has at most `max_user_buf_size` bytes.
    explicit user_buf_text(std::string_view user_buf) noexcept : size_(base64_size(user_buf.size())) {
        encode_base64(user_buf, standard_base64, text_);
    }
    std::string_view view() const noexcept { return {text_, size_}; }

private:
    char text_[max_user_buf_text_size];
    std::size_t size_;
};

/// The HMAC-SHA256 that a UserSig carries.
class signature {
public:
    /// Steps 1 and 2 of "Generating UserSig": computes the HMAC of the other members of `document`. False if `Hmac`
    /// failed.
    template <class Hmac>
    bool compute(Hmac& hmac, const user_sig_document& document);

    /// Whether `base64` is the text of this signature. The time does not depend on where they differ.
    bool equals(std::string_view base64) const noexcept {
        char bytes[size];
        return base64.size() == base64_size(size) && base64_decoded_size(base64, standard_base64) == size &&
               decode_base64(base64, standard_base64, bytes) && equal_in_constant_time(view(), {bytes, size});
    }

    /// Writes the base64, of `text_size` characters, to `out`.
    static constexpr std::size_t text_size = base64_size(32);
    void write(char* out) const noexcept { encode_base64({view().data(), opaque(size)}, standard_base64, out); }

private:
    static constexpr std::size_t size = 32;

    std::string_view view() const noexcept { return {reinterpret_cast<const char*>(mac_.bytes), size}; }

    wiped_array<unsigned char, size> mac_;
};

template <class Hmac>
bool signature::compute(Hmac& hmac, const user_sig_document& document) {
    char buffer[max_signed_text_size];
    fixed_writer content(buffer);
    content.append("TLS.identifier:");
    content.append(document.identifier);
    content.append("\nTLS.sdkappid:");
    content.append(decimal(static_cast<std::uint64_t>(document.sdk_app_id)).view());
    content.append("\nTLS.time:");
    content.append(decimal(static_cast<std::uint64_t>(document.time)).view());
    content.append("\nTLS.expire:");
    content.append(decimal(static_cast<std::uint64_t>(document.expire)).view());
    content.append('\n');
    if (!document.user_buf.empty()) {
        content.append("TLS.userbuf:");
        content.append(document.user_buf);
        content.append('\n');
    }
    const result<std::string_view> text = content.finish();
    return text && hmac.compute(*text, mac_.bytes);
}

/// Step 3: writes the JSON document.
inline result<std::string_view> write_document(const user_sig_document& document, char_span buffer) noexcept {
    fixed_writer json(buffer);
    json.append(R"({"TLS.ver":"2.0","TLS.identifier":)");
    write_json_text(json, document.identifier);
    json.append(R"(,"TLS.sdkappid":)");
    json.append(decimal(static_cast<std::uint64_t>(document.sdk_app_id)).view());
    json.append(R"(,"TLS.expire":)");
    json.append(decimal(static_cast<std::uint64_t>(document.expire)).view());
    json.append(R"(,"TLS.time":)");
    json.append(decimal(static_cast<std::uint64_t>(document.time)).view());
    if (!document.user_buf.empty()) {
        json.append(R"(,"TLS.userbuf":)");
        write_json_text(json, document.user_buf);
    }
    json.append(R"(,"TLS.sig":)");
    write_json_text(json, document.sig);
    json.append('}');
    return json.finish();
}

/// Steps 3 and 4: writes the document, compressed, in the base64 of UserSigs.
template <class Codec>
result<std::string_view> write_user_sig(Codec& codec, const user_sig_document& document, char_span buffer) {
    wiped_array<char, max_document_size> document_buffer;
    const result<std::string_view> json = write_document(document, document_buffer.bytes);
    wiped_array<char, max_packed_size> packed;
    const std::size_t size = json ? codec.compress(*json, packed.bytes) : 0;
    if (size == 0) return errc::compression_failed;
    if (buffer.size() < base64_size(size)) return {errc::buffer_too_small, base64_size(size)};
    encode_base64({packed.bytes, size}, user_sig_base64, buffer.data());
    return std::string_view(buffer.data(), base64_size(size));
}

constexpr bool is_consistent(const user_sig_document& document) noexcept {
    return document.version == "2.0" && is_user_id(document.identifier, max_identifier_size) &&
           document.sdk_app_id > 0 && document.sdk_app_id <= UINT32_MAX && document.time >= 0 && document.expire >= 0 &&
           document.user_buf.size() <= max_user_buf_text_size && is_printable_ascii(document.user_buf) &&
           !document.sig.empty();
}

/// Decompresses a UserSig into `scratch` and reads the document there.
template <class Codec>
error read_user_sig(std::string_view user_sig, char_span scratch, user_sig_document& document) {
    char packed[max_packed_size];
    const std::size_t size = base64_decoded_size(user_sig, user_sig_base64);
    if (size > sizeof packed || !decode_base64(user_sig, user_sig_base64, packed)) return errc::user_sig_malformed;
    if (scratch.size() < max_document_size) return {errc::buffer_too_small, max_document_size};
    const std::size_t document_size = Codec::decompress({packed, size}, scratch);
    item_window<no_item> no_items;
    const char_span json(scratch.data(), document_size);
    if (read_message<user_sig_layout>(json, document, no_items, default_limits::max_nesting)) {
        return errc::user_sig_malformed;
    }
    return is_consistent(document) ? error() : error(errc::user_sig_malformed);
}

}}} // namespace unfriend::v0_2::detail
