// What was learned of an item: its bytes, except its varying texts. An item with the same bytes has the same values.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "unfriend/core/detail/simd.hpp"
#include "unfriend/json/detail/layout.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// The varying texts of a layout: the first members of its items.
template <class Layout>
using varying_texts = std::array<std::string_view, Layout::varying_texts>;

/// Where an item that matches ends, and where the next one begins. Both are null when it does not match; the second
/// is null when something else than the usual separator follows.
struct matched_item {
    const char* end = nullptr;
    const char* next = nullptr;
};

/// The pieces of an item: the bytes before each varying text, whatever the order of the members, and those after the
/// last one. They are views into the body, where nothing changes them.
template <class Layout>
class item_pattern {
public:
    using item_type = typename Layout::item;

    static constexpr std::size_t varying = Layout::varying_texts;

    /// Learns the item of [begin, end), in which each varying text stands once and without escapes.
    void learn(const item_type& item, const char* begin, const char* end) noexcept {
        item_ = item;
        const char* piece = begin;
        for (std::size_t i = 0; i < varying; ++i) {
            order_[i] = next_text(piece);
            const std::string_view text = text_of(item_, i);
            pieces_[i] = std::string_view(piece, static_cast<std::size_t>(text.data() - piece));
            piece = text.data() + text.size();
        }
        tail_ = std::string_view(piece, static_cast<std::size_t>(end - piece));
        tail_and_separator_ = {};
    }

    /// Learns the separator behind the item, which reaches up to the next item.
    void learn_separator(const char* next_item) noexcept {
        tail_and_separator_ = std::string_view(tail_.data(), static_cast<std::size_t>(next_item - tail_.data()));
    }

    /// Compares the item at `at`, and finds its varying texts.
    matched_item match(const char* at, const char* end, varying_texts<Layout>& texts) const noexcept {
        for (std::size_t i = 0; i < varying; ++i) {
            if (!begins_with(at, end, pieces_[i])) return {};
            const char* const text = at + pieces_[i].size();
            at = skip_verbatim(text, end);
            if (Layout::needs_every_text && at == text) return {};
            texts[i] = std::string_view(text, static_cast<std::size_t>(at - text));
        }
        if (!tail_and_separator_.empty() && begins_with(at, end, tail_and_separator_)) {
            return {at + tail_.size(), at + tail_and_separator_.size()};
        }
        return begins_with(at, end, tail_) ? matched_item{at + tail_.size(), nullptr} : matched_item{};
    }

    /// The item that has these varying texts.
    void fill(item_type& item, const varying_texts<Layout>& texts) const noexcept {
        item = item_;
        for (std::size_t i = 0; i < varying; ++i) text_of(item, i) = texts[i];
    }

private:
    static bool begins_with(const char* text, const char* end, std::string_view piece) noexcept {
        return static_cast<std::size_t>(end - text) >= piece.size() && equal_run(text, piece.data(), piece.size());
    }

    /// The varying text that stands first behind `position`.
    std::size_t next_text(const char* position) const noexcept {
        std::size_t first = varying;
        for (std::size_t i = 0; i < varying; ++i) {
            const char* const text = (item_.*Layout::item_members[i].text).data();
            if (text > position && (first == varying || text < (item_.*Layout::item_members[first].text).data()))
                first = i;
        }
        return first;
    }

    /// The varying text in place `i`.
    std::string_view& text_of(item_type& item, std::size_t i) const noexcept {
        if constexpr (varying == 1) return item.*Layout::item_members[0].text;
        return item.*Layout::item_members[order_[i]].text;
    }

    std::array<std::string_view, varying> pieces_{};
    std::string_view tail_{};
    std::string_view tail_and_separator_{};
    std::array<std::size_t, varying> order_{};
    item_type item_{};
};

/// The patterns of a list, of which a few are kept: another result, another order of the members.
template <class Layout>
class item_patterns {
public:
    using pattern = item_pattern<Layout>;

    /// Whether the next item is compared with them. When item after item matches none, most are not.
    bool tries_next() noexcept {
        if (ignored_ == 0) return size_ != 0;
        --ignored_;
        return false;
    }

    /// The pattern that the item at `at` matches, or null.
    const pattern* find(const char* at, const char* end, matched_item& matched, varying_texts<Layout>& texts) noexcept {
        for (std::size_t i = 0; i < size_; ++i) {
            matched = patterns_[i].match(at, end, texts);
            if (matched.end == nullptr) continue;
            last_matched_ = i;
            misses_ = 0;
            return &patterns_[i];
        }
        if (++misses_ > patience) ignored_ = patience;
        return nullptr;
    }

    /// Learns an item that matched none, in place of one that was not just matched. Its separator follows.
    void learn(const typename Layout::item& item, const char* begin, const char* end) noexcept {
        if (ignored_ != 0 && ignored_ != patience) return; // it was not compared
        learned_ = size_ < capacity ? size_++ : (learned_ + 1) % capacity;
        if (size_ == capacity && learned_ == last_matched_) learned_ = (learned_ + 1) % capacity;
        patterns_[learned_].learn(item, begin, end);
        awaits_separator_ = true;
    }

    void learn_separator(const char* next_item) noexcept {
        if (awaits_separator_) patterns_[learned_].learn_separator(next_item);
        awaits_separator_ = false;
    }

private:
    static constexpr std::size_t capacity = 4;
    static constexpr std::size_t patience = 8; ///< misses in a row, and then items that are ignored after each

    std::array<pattern, capacity> patterns_{};
    std::size_t size_ = 0;
    std::size_t learned_ = 0;      ///< the last one learned
    std::size_t last_matched_ = 0; ///< the last one matched
    std::size_t misses_ = 0;       ///< in a row
    std::size_t ignored_ = 0;      ///< items that are still to be ignored
    bool awaits_separator_ = false;
};

}}} // namespace unfriend::v0_2::detail
