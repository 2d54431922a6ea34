// RapidJSON's SAX reader over bytes that are bounded by a size. Strings are decoded in place; nothing is allocated.
#pragma once

#include <cstddef>
#include <cstdint>

#include "unfriend/core/char_span.hpp"
#include "unfriend/core/error.hpp"
#include "unfriend/json/detail/insitu_stream.hpp"
#include "unfriend/json/detail/rapidjson.hpp"
#include "unfriend/json/detail/text.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// What a failure of RapidJSON means. `stopped`: where reading ended. `cut`: where a UTF-8 sequence begins that the end
/// of the text cuts short; `size` when there is none.
inline error to_error(const RAPIDJSON_NAMESPACE::ParseResult& failure, std::size_t stopped, std::size_t size,
                      std::size_t cut) noexcept {
    const RAPIDJSON_NAMESPACE::ParseErrorCode code = failure.Code();
    const std::size_t offset = failure.Offset();
    if (code == RAPIDJSON_NAMESPACE::kParseErrorDocumentEmpty && stopped == size) return errc::empty_body;
    if (code == RAPIDJSON_NAMESPACE::kParseErrorDocumentRootNotSingular) return {errc::trailing_bytes, stopped};
    if (code == RAPIDJSON_NAMESPACE::kParseErrorStringInvalidEncoding) {
        return offset == cut ? error(errc::truncated_json, size) : error(errc::invalid_utf8, offset);
    }
    constexpr std::size_t pair_size = 12; // of two escapes, the second of which may be the end of the text
    const bool is_surrogate = code == RAPIDJSON_NAMESPACE::kParseErrorStringUnicodeSurrogateInvalid;
    if (stopped == size && !(is_surrogate && size - offset >= pair_size)) return {errc::truncated_json, size};
    if (is_surrogate) return {errc::invalid_utf8, offset};
    return {errc::malformed_json, offset};
}

/// The failure that RapidJSON reported by an exception of unknown type.
template <class Handler>
RAPIDJSON_NAMESPACE::ParseErrorCode find_failure(const Handler& handler) noexcept {
    if (handler.failure() != errc::malformed_json) return RAPIDJSON_NAMESPACE::kParseErrorTermination;
    if (!handler.has_begun()) return RAPIDJSON_NAMESPACE::kParseErrorDocumentEmpty;
    if (handler.has_ended()) return RAPIDJSON_NAMESPACE::kParseErrorDocumentRootNotSingular;
    return RAPIDJSON_NAMESPACE::kParseErrorUnspecificSyntaxError;
}

/// Runs RapidJSON. A program can define `RAPIDJSON_PARSE_ERROR_NORETURN` to throw: such exceptions become results
/// again. Those of the program's callbacks pass.
template <class Stream, class Handler>
RAPIDJSON_NAMESPACE::ParseResult parse(Stream& stream, Handler& handler) {
    constexpr unsigned flags = RAPIDJSON_NAMESPACE::kParseInsituFlag | RAPIDJSON_NAMESPACE::kParseValidateEncodingFlag;
    RAPIDJSON_NAMESPACE::Reader reader;
#if defined(__cpp_exceptions)
    try {
        return reader.template Parse<flags>(stream, handler);
    } catch (const RAPIDJSON_NAMESPACE::ParseResult& failure) {
        if (handler.in_callback()) throw;
        return failure;
    } catch (...) {
        if (handler.in_callback()) throw;
        return {find_failure(handler), stream.Tell()};
    }
#else
    return reader.template Parse<flags>(stream, handler);
#endif
}

/// Reads the JSON value that fills `json`, except for white space, through `stream`, and passes each event to
/// `handler`. A handler stops the reading by returning false, and gives the reason in `handler.failure()`.
template <class Stream, class Handler>
error read_json(char_span json, Stream& stream, Handler& handler) {
    // Found now, because decoding in place changes the bytes.
    const char* const cut = find_cut_sequence(json.data(), json.data() + json.size());
    const RAPIDJSON_NAMESPACE::ParseResult parsed = parse(stream, handler);
    if (parsed.Code() == RAPIDJSON_NAMESPACE::kParseErrorTermination) return {handler.failure(), stream.Tell()};
    if (parsed.IsError()) {
        return to_error(parsed, stream.Tell(), json.size(), static_cast<std::size_t>(cut - json.data()));
    }
    if (stream.Tell() != json.size()) return {errc::trailing_bytes, stream.Tell()};
    return {};
}

/// The same in place, from `offset` on, with a `lead_in` instead of everything before it. The handler has the notes of
/// the stream.
template <class Handler>
error read_json(char_span json, Handler& handler, std::size_t offset, char_span lead_in) {
    if (json.size() > UINT32_MAX) return {errc::body_too_large, UINT32_MAX}; // RapidJSON counts in 32 bits
    resumed_text source(lead_in, json, offset, handler.notes());
    bounded_insitu_stream stream(source);
    return read_json(json, stream, handler);
}

}}} // namespace unfriend::v0_2::detail
