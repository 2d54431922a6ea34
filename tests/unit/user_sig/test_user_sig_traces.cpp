// UserSigs: what was computed from the secret key does not stay on the stack.
#include "user_sig_vectors.hpp"

#include <cstddef>
#include <string>
#include <string_view>

#include "unfriend/user_sig/generator.hpp"

#include "bytes.hpp"
#include "check.hpp"
#include "owned_stack.hpp"

namespace {

using unfriend::errc;
using unfriend::secret;
using unfriend::user_sig_generator;

/// The same document with another signature: what an attacker makes who has no key.
std::string forged(const user_sig_vector& vector) {
    std::string document = unpacked_user_sig(vector.user_sig);
    const std::string other_sig(43, 'A');
    document.replace(document.find(vector.sig), vector.sig.size(), other_sig + "=");
    return packed_user_sig(document);
}

/// The bytes of an HMAC, of which `sig` is the base64.
std::string mac_of(const user_sig_vector& vector) { return from_base64(vector.sig, "+/", '='); }

} // namespace

TEST_CASE("after a forged UserSig was refused, the right signature is not on the stack") {
    for (const user_sig_vector& vector : official_user_sigs()) {
        INFO(vector.identifier);
        user_sig_generator generator(vector.sdk_app_id, vector.identifier, secret(vector.key));
        const std::string user_sig = forged(vector);
        const exact_bytes scratch(unfriend::max_user_sig_size);
        owned_stack stack;
        unfriend::error failure;
        const auto validate = [&] { failure = generator.validate(user_sig, vector.time, scratch.span()).error(); };
        stack.run(validate);
        CHECK(failure == errc::user_sig_mismatch);
        CHECK(!stack.holds_part_of(vector.sig));
        CHECK(!stack.holds_part_of(mac_of(vector)));
    }
}

TEST_CASE("after a UserSig was generated, nothing of it is on the stack") {
    for (const user_sig_vector& vector : official_user_sigs()) {
        INFO(vector.identifier);
        user_sig_generator generator(vector.sdk_app_id, vector.identifier, secret(vector.key));
        const exact_bytes buffer(unfriend::max_user_sig_size);
        owned_stack stack;
        std::string user_sig;
        const auto generate = [&] {
            const auto made = generator.generate(vector.time, vector.expire, buffer.span(), vector.user_buf);
            user_sig = made ? *made : "";
        };
        stack.run(generate);
        CHECK(!user_sig.empty());
        CHECK(!stack.holds_part_of(user_sig));
        CHECK(!stack.holds_part_of(from_base64(user_sig, "*-", '_').substr(2))); // compressed, after zlib's own two
        CHECK(!stack.holds_part_of(vector.sig));
        CHECK(!stack.holds_part_of(mac_of(vector)));
    }
}
