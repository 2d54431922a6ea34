// RapidJSON's SAX reader over bytes that are bounded by a size and not by a terminator. Strings are
// decoded where they stand; nothing is allocated and nothing outside the bytes is read or written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

// Xlib.h defines `Bool`, which RapidJSON's handlers have as a member.
#pragma push_macro("Bool")
#undef Bool
#include <rapidjson/reader.h>
#pragma pop_macro("Bool")

#include "unfriend/core/char_span.hpp"
#include "unfriend/core/error.hpp"
#include "unfriend/json/detail/text.hpp"

namespace unfriend::detail {

/// RapidJSON's in-situ stream concept. Past the end it shows NUL, as RapidJSON expects of an end.
///
/// A stream can begin in the middle of a text: it then shows a lead-in first, JSON that brings the parser
/// into the state it would have there.
class bounded_insitu_stream {
public:
    using Ch = char;

    bounded_insitu_stream(char_span bytes, std::size_t offset, char_span lead_in) noexcept
        : read_(lead_in.data()), end_(lead_in.data() + lead_in.size()), begin_(bytes.data()),
          next_(bytes.data() + offset), next_end_(bytes.data() + bytes.size()) {}

    Ch Peek() noexcept { return read_ != end_ || go_on() ? *read_ : '\0'; }
    Ch Take() noexcept { return read_ != end_ || go_on() ? *read_++ : '\0'; }
    /// Bytes from the start of the text; meaningless inside the lead-in, where nothing can fail.
    std::size_t Tell() const noexcept { return static_cast<std::size_t>(read_ - begin_); }

    // A decoded string is never longer than its source, so writing stays behind reading; but for a UTF-8
    // sequence cut short by the end, where RapidJSON copies bytes that it took from beyond.
    Ch* PutBegin() noexcept { return written_ = read_; }
    void Put(Ch c) noexcept {
        if (written_ != read_) *written_++ = c;
    }
    std::size_t PutEnd(const Ch* from) const noexcept { return static_cast<std::size_t>(written_ - from); }
    void Flush() noexcept {}

private:
    /// From the lead-in to the text itself; false when there is nothing more.
    bool go_on() noexcept {
        if (!in_lead_in_) return false;
        read_ = next_;
        end_ = next_end_;
        in_lead_in_ = false;
        return read_ != end_;
    }

    char* read_;
    char* end_;
    char* begin_;
    char* next_;
    char* next_end_;
    char* written_ = nullptr;
    bool in_lead_in_ = true;
};

inline error to_error(const RAPIDJSON_NAMESPACE::ParseResult& failure, std::size_t stopped, char_span json) noexcept {
    const RAPIDJSON_NAMESPACE::ParseErrorCode code = failure.Code();
    const std::size_t offset = failure.Offset();
    if (code == RAPIDJSON_NAMESPACE::kParseErrorDocumentEmpty && stopped == json.size()) return errc::empty_body;
    if (code == RAPIDJSON_NAMESPACE::kParseErrorDocumentRootNotSingular) return {errc::trailing_bytes, stopped};
    if (code == RAPIDJSON_NAMESPACE::kParseErrorStringInvalidEncoding) {
        const bool cut = is_cut_sequence(json.data() + offset, json.data() + json.size());
        return cut ? error(errc::truncated_json, json.size()) : error(errc::invalid_utf8, offset);
    }
    if (stopped == json.size()) return {errc::truncated_json, json.size()};
    if (code == RAPIDJSON_NAMESPACE::kParseErrorStringUnicodeSurrogateInvalid) return {errc::invalid_utf8, offset};
    if (code == RAPIDJSON_NAMESPACE::kParseErrorNumberTooBig) return {errc::integer_out_of_range, offset};
    return {errc::malformed_json, offset};
}

/// RapidJSON 1.1 lets the escape of a lone low surrogate through, encoded as ED B0..BF xx; its check
/// of UTF-8 refuses those bytes when they stand in the source, so only an escape can have made them.
inline bool holds_lone_surrogate(const char* text, std::size_t size) noexcept {
    const char* const end = text + size;
    while (text != end) {
        const auto left = static_cast<std::size_t>(end - text);
        const auto* const lead = static_cast<const char*>(std::memchr(text, '\xED', left));
        if (lead == nullptr || end - lead < 2) return false;
        if (static_cast<unsigned char>(lead[1]) >= 0xA0U) return true;
        text = lead + 1;
    }
    return false;
}

/// Reads one JSON value that fills `json` but for white space, telling `handler` of each event. A handler
/// stops the parse by answering false, and then says why in `handler.failure()`. Reading can begin behind
/// `offset`, with a `lead_in` of at most 15 bytes that stands for all that was before.
template <class Handler>
error read_json(char_span json, Handler& handler, std::size_t offset = 0, std::string_view lead_in = {}) {
    if (json.size() > UINT32_MAX) return {errc::body_too_large, UINT32_MAX}; // RapidJSON counts in 32 bits
    constexpr unsigned flags = RAPIDJSON_NAMESPACE::kParseInsituFlag;
    constexpr unsigned checked_flags = flags | RAPIDJSON_NAMESPACE::kParseValidateEncodingFlag;
    char writable_lead_in[16] = {};
    lead_in.copy(writable_lead_in, sizeof writable_lead_in);
    bounded_insitu_stream stream(json, offset, {writable_lead_in, lead_in.size()});
    RAPIDJSON_NAMESPACE::Reader reader;
    // RapidJSON checks UTF-8 byte by byte; it need not where a look at the whole says that all is well.
    const RAPIDJSON_NAMESPACE::ParseResult parsed = is_utf8(json.data() + offset, json.data() + json.size())
                                                        ? reader.template Parse<flags>(stream, handler)
                                                        : reader.template Parse<checked_flags>(stream, handler);
    if (parsed.Code() == RAPIDJSON_NAMESPACE::kParseErrorTermination) return {handler.failure(), stream.Tell()};
    if (parsed.IsError()) return to_error(parsed, stream.Tell(), json);
    if (stream.Tell() != json.size()) return {errc::trailing_bytes, stream.Tell()};
    return {};
}

} // namespace unfriend::detail

RAPIDJSON_NAMESPACE_BEGIN
/// Lets the reader keep the stream's pointers in registers.
template <>
struct StreamTraits<unfriend::detail::bounded_insitu_stream> {
    enum { copyOptimization = 1 };
};
RAPIDJSON_NAMESPACE_END
