// Generates and validates UserSigs.
//
//   unfriend::user_sig_generator generator{1400000000, "administrator", unfriend::secret(key)};
//   char buffer[unfriend::max_user_sig_size];
//   auto user_sig = generator.generate(now, 86400, buffer); // result<std::string_view>
//   if (!user_sig) return log(user_sig.error().message());
//   char scratch[unfriend::max_user_sig_size];
//   auto claims = generator.validate(*user_sig, now, scratch); // result<user_sig_claims>
//
// Implements "Generating UserSig", version 2.0. HMAC-SHA256 and compression are template parameters. The defaults
// depend on OpenSSL and zlib; openssl_hmac.hpp and zlib_codec.hpp show the form of a replacement.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "unfriend/core/char_span.hpp"
#include "unfriend/core/config.hpp"
#include "unfriend/core/limits.hpp"
#include "unfriend/core/result.hpp"
#include "unfriend/crypto/detail/wipe.hpp"
#include "unfriend/crypto/openssl_hmac.hpp"
#include "unfriend/crypto/secret.hpp"
#include "unfriend/user_sig/detail/document.hpp"
#include "unfriend/user_sig/zlib_codec.hpp"

namespace unfriend { inline namespace v0_2 {

/// Reads a UserSig without checking its signature: for logs, never to decide whom to trust. `scratch` holds the texts
/// of the result and must outlive it; `max_user_sig_size` bytes are enough.
///
/// Errors: `user_sig_malformed`; `buffer_too_small` (detail: bytes needed). Linear in `user_sig`; zlib allocates memory
/// and frees it before the function returns.
template <class Codec = zlib_codec>
result<user_sig_claims> inspect_user_sig(std::string_view user_sig, char_span scratch) {
    detail::user_sig_document document;
    if (const error failure = detail::read_user_sig<Codec>(user_sig, scratch, document)) return failure;
    return document.claims();
}

/// Generates and validates the UserSigs of one identifier of one app. One thread at a time. `Hmac` holds the key; of
/// the signatures that the generator computes, it leaves nothing on the stack.
template <class Hmac = openssl_hmac_sha256, class Codec = zlib_codec, class Limits = default_limits>
class basic_user_sig_generator {
    static_assert(Limits::max_user_id_size <= detail::max_identifier_size,
                  "unfriend: no UserSig has so long an identifier");

public:
    /// `sdk_app_id`: the app, not zero. `identifier`: a UserID, which is copied. `key`: the app's secret key as the
    /// console shows it (hexadecimal text); it need not outlive the call. If one of them is not valid, the first call
    /// of `generate` or `validate` reports it. Allocates what `Hmac` and `Codec` allocate.
    basic_user_sig_generator(std::uint32_t sdk_app_id, std::string_view identifier, const secret& key)
        : hmac_(key.reveal()), sdk_app_id_(sdk_app_id) {
        if (sdk_app_id == 0) {
            invalid_ = errc::invalid_sdk_app_id;
        } else if (!detail::is_user_id(identifier, Limits::max_user_id_size)) {
            invalid_ = errc::invalid_identifier;
        } else if (!key.valid()) {
            invalid_ = errc::invalid_secret_key;
        } else {
            std::memcpy(identifier_, identifier.data(), identifier.size());
            identifier_size_ = identifier.size();
        }
    }

    /// Signs with `key` from now on. The UserSigs made so far remain valid for as long as the service has their key. An
    /// error changes nothing: `invalid_secret_key`, or what was wrong with the constructor's arguments. Allocates what
    /// `Hmac` does.
    error rotate(const secret& key) {
        if (invalid_) return invalid_;
        if (!key.valid()) return errc::invalid_secret_key;
        hmac_ = Hmac(key.reveal());
        return {};
    }

    /// The app.
    std::uint32_t sdk_app_id() const noexcept { return sdk_app_id_; }
    /// The UserID, valid as long as this object is. Empty if an argument of the constructor was not valid.
    std::string_view identifier() const noexcept UNFRIEND_LIFETIMEBOUND { return {identifier_, identifier_size_}; }

    /// Writes a UserSig into `buffer`, for which `max_user_sig_size` bytes are enough, and returns a view of it.
    /// `time`: the present, Unix seconds. `expire`: the lifetime, seconds, at least 1. `user_buf`: bytes to include in
    /// the UserSig, 512 at most; empty for none.
    ///
    /// Errors: `invalid_sdk_app_id`, `invalid_identifier`, `invalid_secret_key`, `invalid_expire`,
    /// `user_buf_too_large`, `hmac_failed`, `compression_failed`, `buffer_too_small` (detail: bytes needed). Linear in
    /// `user_buf`; allocates what `Hmac` and `Codec` allocate.
    result<std::string_view> generate(std::int64_t time, std::int64_t expire, char_span buffer,
                                      std::string_view user_buf = {}) {
        if (invalid_) return invalid_;
        if (time < 0 || expire < 1 || expire > INT64_MAX - time) return errc::invalid_expire;
        if (user_buf.size() > detail::max_user_buf_size) return {errc::user_buf_too_large, detail::max_user_buf_size};
        detail::user_buf_text encoded_buf(user_buf);
        detail::user_sig_document document{identifier(), sdk_app_id_, time, expire, encoded_buf.view(), {}, {}};
        detail::signature signature;
        if (!signature.compute(hmac_, document)) return errc::hmac_failed;
        detail::wiped_array<char, detail::signature::text_size> text;
        signature.write(text.bytes);
        document.sig = {text.bytes, sizeof text.bytes};
        return detail::write_user_sig(codec_, document, buffer);
    }

    /// Reads a UserSig, if it was made with this key for this app and identifier, and is valid at `now` (Unix seconds):
    /// from `time`, minus `skew` seconds for clocks that differ, to `time + expire`, exclusive. The signature is
    /// compared in constant time. `scratch` holds the texts of the result and must outlive it; `max_user_sig_size`
    /// bytes are enough.
    ///
    /// Errors: `invalid_sdk_app_id`, `invalid_identifier`, `invalid_secret_key`, `user_sig_malformed`,
    /// `user_sig_mismatch`, `user_sig_identity_mismatch`, `user_sig_expired`, `user_sig_not_yet_valid`, `hmac_failed`,
    /// `buffer_too_small` (detail: bytes needed). Linear in `user_sig`; allocates what `Hmac` and `Codec` allocate.
    result<user_sig_claims> validate(std::string_view user_sig, std::int64_t now, char_span scratch,
                                     std::int64_t skew = 300) {
        if (invalid_) return invalid_;
        detail::user_sig_document document;
        if (const error failure = detail::read_user_sig<Codec>(user_sig, scratch, document)) return failure;
        detail::signature expected;
        if (!expected.compute(hmac_, document)) return errc::hmac_failed;
        if (!expected.equals(document.sig)) return errc::user_sig_mismatch;
        if (document.sdk_app_id != sdk_app_id_ || document.identifier != identifier())
            return errc::user_sig_identity_mismatch;
        // Both times are at least 0, so their difference does not overflow.
        const std::int64_t present = now < 0 ? 0 : now;
        if (document.time > present && document.time - present > skew) return errc::user_sig_not_yet_valid;
        if (present >= document.time && present - document.time >= document.expire) return errc::user_sig_expired;
        return document.claims();
    }

private:
    Hmac hmac_;
    Codec codec_;
    error invalid_;
    std::uint32_t sdk_app_id_;
    char identifier_[Limits::max_user_id_size] = {};
    std::size_t identifier_size_ = 0;
};

/// The generator with the default HMAC, compression and limits.
using user_sig_generator = basic_user_sig_generator<>;

}} // namespace unfriend::v0_2
