// What was learned of an item: the bytes around its varying texts. An item with the same bytes has the same values.
#pragma once

#include <cstddef>
#include <string_view>

#include "unfriend/core/detail/simd.hpp"

namespace unfriend::detail {

/// The bytes behind each varying text, up to the next one. The last gap reaches to the first text of the next item.
template <class Layout>
struct item_pattern {
    using item_type = typename Layout::item;

    static constexpr std::size_t varying = Layout::varying_texts;

    std::string_view gaps[varying]{};
    std::size_t item_end = 0; ///< where in the last gap the item ends
    item_type item{};         ///< its first `varying` texts vary

    /// Learns an item that ends at `end`. The last gap only gets its beginning, until `complete`.
    void learn(const item_type& learned, const char* end) noexcept {
        for (std::size_t i = 0; i < varying; ++i) {
            const std::string_view text = learned.*Layout::item_members[i].text;
            const char* const quote = text.data() + text.size();
            const char* const next = i + 1 < varying ? (learned.*Layout::item_members[i + 1].text).data() : quote;
            gaps[i] = std::string_view(quote, static_cast<std::size_t>(next - quote));
        }
        item_end = static_cast<std::size_t>(end - last_gap().data());
        item = learned;
    }

    void forget() noexcept { last_gap() = {}; }
    bool is_learned() const noexcept { return gaps[varying - 1].data() != nullptr; }

    /// Ends the last gap, at the first text of the next item.
    void complete(const char* next_text) noexcept {
        last_gap() = std::string_view(last_gap().data(), static_cast<std::size_t>(next_text - last_gap().data()));
    }
    bool is_complete() const noexcept { return !gaps[varying - 1].empty(); }

    /// Reads the varying texts from `text`, which is inside the quotes of the first one, if each is followed by its
    /// gap. Returns where the last text ends, or null.
    const char* matches(const char* text, const char* end, std::string_view (&texts)[varying]) const noexcept {
        const char* quote = nullptr;
        for (std::size_t i = 0; i < varying; ++i) {
            const std::string_view gap = gaps[i];
            quote = skip_plain(text, end);
            if (Layout::needs_every_text && quote == text) return nullptr;
            if (static_cast<std::size_t>(end - quote) < gap.size()) return nullptr;
            if (!equal_run(quote, gap.data(), gap.size())) return nullptr;
            texts[i] = std::string_view(text, static_cast<std::size_t>(quote - text));
            text = quote + gap.size();
        }
        return quote;
    }

    /// The next item's first text, given where the last text of this one ends.
    const char* next_text(const char* quote) const noexcept { return quote + gaps[varying - 1].size(); }

private:
    std::string_view& last_gap() noexcept { return gaps[varying - 1]; }
};

} // namespace unfriend::detail
