// Decoding, measured in the same way for every library: each member of the response and of each of its items is read
// and kept, the items in one array. Before it is timed, a reader has to read every document of the rotation rightly.
//
// Readers that decode in place get a fresh copy of the document each time, and the copying counts as their work.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "documents.hpp"
#include "measure.hpp"

namespace bench {

/// What a peer reads a response into: items of the same kind as ours, in an array of the same size.
struct peer_item {
    std::string_view to_account;
    std::int32_t result_code = -1;
    std::string_view result_info;
};

class peer_items {
public:
    void clear() noexcept { size_ = 0; }
    peer_item* add() noexcept { return size_ == max_items ? nullptr : &items_[size_++]; }
    std::size_t size() const noexcept { return size_; }
    const peer_item& operator[](std::size_t index) const noexcept { return items_[index]; }

private:
    peer_item items_[max_items];
    std::size_t size_ = 0;
};

struct peer_response {
    peer_items items;
    std::string_view action_status;
    std::int32_t error_code = -1;
    std::string_view error_info;
    std::string_view error_display;
};

/// Room for a document that is decoded in place.
class receive_buffer {
public:
    explicit receive_buffer(const std::vector<document>& all) {
        std::size_t size = 0;
        for (const document& one : all) size = std::max(size, one.text.size());
        bytes_.resize(size + 1);
    }

    /// A copy of `text`, followed by NUL.
    char* receive(const std::string& text) noexcept {
        std::memcpy(bytes_.data(), text.data(), text.size());
        bytes_[text.size()] = '\0';
        return bytes_.data();
    }

private:
    std::vector<char> bytes_;
};

/// Adds `{decode|fixed}/{shape}/{size}/{reader}` for each shape and size. A `Reader` is made for all documents of a
/// kind. `read(document, its index)` returns whether all went well, and `response()` is what it read.
template <class Reader>
void add_decode(const std::string& reader_name) {
    for (const user_ids ids : {user_ids::varied, user_ids::fixed}) {
        for (const shape looks : shapes) {
            for (const std::size_t size : sizes) {
                const std::string benchmark_name = std::string(ids == user_ids::fixed ? "fixed/" : "decode/")
                                                       .append(name(looks))
                                                       .append("/" + std::to_string(size) + "/" + reader_name);
                add(benchmark_name, [looks, ids, size](benchmark::State& state) {
                    const std::vector<document>& all = documents(looks, ids, size);
                    Reader reader(all);
                    std::size_t bytes = 0;
                    for (std::size_t index = 0; index != all.size(); ++index) {
                        bytes += all[index].text.size();
                        if (!reader.read(all[index].text, index) || !has(reader.response(), all[index].outcomes)) {
                            state.SkipWithError("a response was read wrongly");
                            return;
                        }
                    }
                    std::size_t index = 0;
                    measure(state, bytes / all.size(), [&] {
                        index = (index + 1) % all.size();
                        return reader.read(all[index].text, index);
                    });
                });
            }
        }
    }
}

} // namespace bench
