// RapidJSON's in-situ stream concept over bytes that are bounded by a size. Strings are decoded in place.
#pragma once

#include <cstddef>

#include "unfriend/core/char_span.hpp"
#include "unfriend/core/detail/ascii.hpp"
#include "unfriend/json/detail/number.hpp"
#include "unfriend/json/detail/rapidjson.hpp"
#include "unfriend/json/detail/text.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// What a stream says of itself to the handler.
struct stream_notes {
    bool in_lead_in = false;   ///< it has not reached the text
    bool refused_text = false; ///< it has met a string that is not valid; RapidJSON 1.1 accepts lone low surrogates
};

/// A text that is read from the middle: first a lead-in, JSON that brings the parser into the state it would have
/// there, and then what follows `offset`.
class resumed_text {
public:
    resumed_text(char_span lead_in, char_span text, std::size_t offset, stream_notes& notes) noexcept
        : now_(lead_in), rest_(text.data() + offset, text.size() - offset), offset_(offset), notes_(notes) {
        notes_.in_lead_in = true;
    }

    char_span now() const noexcept { return now_; }
    /// The offset of a position; in the lead-in, that of the text behind it.
    std::size_t offset_of(const char* position) const noexcept {
        return notes_.in_lead_in ? offset_ : offset_ + static_cast<std::size_t>(position - now_.data());
    }

    void refuse_text() noexcept { notes_.refused_text = true; }

    /// Moves from the lead-in to the text. False when it has already.
    bool advance() noexcept {
        if (!notes_.in_lead_in) return false;
        notes_.in_lead_in = false;
        now_ = rest_;
        return true;
    }

private:
    char_span now_;
    char_span rest_;
    std::size_t offset_;
    stream_notes& notes_;
};

/// Shows NUL at the end, as RapidJSON expects. Reads and writes nothing outside the bytes. RapidJSON copies the stream
/// for each string and number, to keep it in registers: so it is small, and what is rare is elsewhere.
class bounded_insitu_stream {
public:
    using Ch = char;

    explicit bounded_insitu_stream(resumed_text& source) noexcept : source_(&source) { begin_part(); }

    Ch Peek() const noexcept { return read_ != end_ ? *read_ : '\0'; }
    Ch Take() noexcept { return read_ != end_ ? *read_++ : '\0'; }
    /// Bytes from the start of the text.
    std::size_t Tell() const noexcept { return source_->offset_of(read_); }

    /// Begins a string, and decodes it up to its closing quote. What is not valid is left to RapidJSON, for the error.
    Ch* PutBegin() noexcept {
        if (read_ == end_ && source_->advance()) begin_part();
        Ch* const begin = read_;
        in_place_output output{begin};
        const text_end decoded = read_json_text(begin, end_, output);
        read_ += decoded.stop - begin;
        written_ = output.end;
        if (!decoded.closed) source_->refuse_text();
        return begin;
    }
    // A decoded string is never longer than its source, so writing stays behind reading. At the end of the text,
    // RapidJSON may copy NULs that it took from beyond: these are dropped.
    void Put(Ch c) noexcept {
        if (written_ != read_) *written_++ = c;
    }
    std::size_t PutEnd(const Ch* begin) const noexcept { return static_cast<std::size_t>(written_ - begin); }
    void Flush() noexcept {}

    /// Moves to the next token. RapidJSON calls this behind each token, and so at the end of the lead-in too.
    void move_to_token() noexcept {
        if (read_ == end_ && source_->advance()) begin_part();
        if (read_ == end_) return;
        if (is_space(*read_)) read_ += skip_space(read_, end_) - read_;
        if (end_ - read_ >= shortest_beyond_double && begins_number(read_[0]) && continues_number(read_[1])) {
            limit_number(read_, end_);
        }
    }

private:
    void begin_part() noexcept {
        read_ = source_->now().data();
        end_ = read_ + source_->now().size();
    }

    char* read_ = nullptr;
    char* end_ = nullptr;
    char* written_ = nullptr;
    resumed_text* source_;
};

}}} // namespace unfriend::v0_2::detail

RAPIDJSON_NAMESPACE_BEGIN
template <>
struct StreamTraits<unfriend::detail::bounded_insitu_stream> {
    enum { copyOptimization = 1 };
};

template <>
inline void SkipWhitespace(unfriend::detail::bounded_insitu_stream& stream) {
    stream.move_to_token();
}
RAPIDJSON_NAMESPACE_END
