// A body, read by prediction and by RapidJSON alone: the two must say the same, value for value and error for error.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "unfriend/core/limits.hpp"
#include "unfriend/json/detail/message_handler.hpp"
#include "unfriend/json/detail/message_reader.hpp"

/// RapidJSON's in-situ stream as simple as it can be: nothing is done for speed, and each byte of a string is
/// RapidJSON's to judge.
class plain_insitu_stream {
public:
    using Ch = char;

    explicit plain_insitu_stream(unfriend::char_span text) : text_(text) {}

    Ch Peek() const { return read_ != text_.size() ? text_.data()[read_] : '\0'; }
    Ch Take() { return read_ != text_.size() ? text_.data()[read_++] : '\0'; }
    std::size_t Tell() const { return read_; }
    Ch* PutBegin() {
        written_ = read_;
        return text_.data() + written_;
    }
    void Put(Ch c) {
        if (written_ != read_) text_.data()[written_++] = c;
    }
    std::size_t PutEnd(const Ch* begin) const { return static_cast<std::size_t>(text_.data() + written_ - begin); }
    void Flush() {}

    void skip_space() {
        while (std::string_view(" \t\r\n").find(Peek()) != std::string_view::npos && read_ != text_.size()) ++read_;
        // RapidJSON has no numbers beyond the range of double.
        char* const end = text_.data() + text_.size();
        if (unfriend::detail::begins_number(Peek())) unfriend::detail::limit_number(text_.data() + read_, end);
    }

private:
    unfriend::char_span text_;
    std::size_t read_ = 0;
    std::size_t written_ = 0;
};

RAPIDJSON_NAMESPACE_BEGIN
template <>
inline void SkipWhitespace(plain_insitu_stream& stream) {
    stream.skip_space();
}
RAPIDJSON_NAMESPACE_END

/// Finds the escapes of lone low surrogates, which RapidJSON accepts, in what they are decoded to.
template <class Layout>
class checked_handler : public unfriend::detail::message_handler<Layout> {
public:
    using base = unfriend::detail::message_handler<Layout>;
    using base::base;

    bool String(const char* text, RAPIDJSON_NAMESPACE::SizeType size, bool copy) {
        check({text, size});
        return base::String(text, size, copy);
    }
    bool Key(const char* text, RAPIDJSON_NAMESPACE::SizeType size, bool copy) {
        check({text, size});
        return base::Key(text, size, copy);
    }

private:
    void check(std::string_view text) {
        for (std::size_t at = text.find('\xED'); at != std::string_view::npos; at = text.find('\xED', at + 1)) {
            if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) >= 0xA0U)
                this->notes().refused_text = true;
        }
    }
};

/// What one reader made of a body. Its texts look into a copy of the body, on the heap and of exactly its size: a
/// byte too far is a fault under AddressSanitizer.
template <class Layout>
class reading {
public:
    using item_type = typename Layout::item;

    unfriend::error failure;
    typename Layout::head head;
    std::vector<item_type> items;
    std::size_t seen = 0;

    reading(std::string_view body, std::size_t capacity)
        : items(capacity), body_(new char[body.size()]), size_(body.size()) {
        body.copy(body_.get(), body.size());
        window_.next = items.data();
        window_.last = items.data() + capacity;
        window_.owner = items.data();
        window_.restart = [](window& repeated) {
            repeated.next = static_cast<item_type*>(repeated.owner);
            return true;
        };
    }

    /// Reads as the library does.
    void predict() {
        failure = unfriend::detail::read_message<Layout>(body(), head, window_, max_nesting);
        finish();
    }

    /// Reads from start to end with RapidJSON.
    void parse() {
        unfriend::detail::message_state<Layout> state{head, window_};
        checked_handler<Layout> handler(state, max_nesting);
        plain_insitu_stream stream(body());
        failure = unfriend::detail::read_json(body(), stream, handler);
        if (failure == unfriend::errc::malformed_json && unfriend::detail::is_markup(body())) {
            failure = {unfriend::errc::html_body, failure.detail()};
        }
        finish();
    }

private:
    using window = unfriend::detail::item_window<item_type>;

    static constexpr std::size_t max_nesting = unfriend::default_limits::max_nesting;

    unfriend::char_span body() const noexcept { return {body_.get(), size_}; }

    void finish() {
        seen = window_.seen;
        items.resize(static_cast<std::size_t>(window_.next - items.data()));
    }

    std::unique_ptr<char[]> body_;
    std::size_t size_;
    window window_;
};

template <class Owner, std::size_t size>
bool same_members(const Owner& left, const Owner& right, const unfriend::detail::json_member<Owner> (&members)[size]) {
    for (const auto& member : members) {
        if (member.text != nullptr && left.*member.text != right.*member.text) return false;
        if (member.int32 != nullptr && left.*member.int32 != right.*member.int32) return false;
        if (member.int64 != nullptr && left.*member.int64 != right.*member.int64) return false;
    }
    return true;
}

template <class Layout>
bool same(const reading<Layout>& left, const reading<Layout>& right) {
    if (left.failure.code() != right.failure.code() || left.failure.detail() != right.failure.detail()) return false;
    if (left.seen != right.seen || left.items.size() != right.items.size()) return false;
    for (std::size_t i = 0; i < left.items.size(); ++i) {
        if (!same_members(left.items[i], right.items[i], Layout::item_members)) return false;
    }
    return same_members(left.head, right.head, Layout::head_members);
}

/// What both make of a body that has room for `capacity` items: what they agree on, or how they differ.
struct comparison {
    bool agree = false;
    unfriend::error predicted;
    unfriend::error parsed;
};

template <class Layout>
comparison compare(std::string_view body, std::size_t capacity) {
    reading<Layout> predicted(body, capacity);
    reading<Layout> parsed(body, capacity);
    predicted.predict();
    parsed.parse();
    return {same(predicted, parsed), predicted.failure, parsed.failure};
}
