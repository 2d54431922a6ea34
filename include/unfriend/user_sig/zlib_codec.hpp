// Compression (RFC 1950) by zlib, as user_sig.hpp wants it of any library:
//
//   class my_codec {
//   public:
//       std::size_t compress(std::string_view bytes, char_span out);            // size written; 0: it failed
//       static std::size_t decompress(std::string_view bytes, char_span out);   // size written; 0: it failed
//   };
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <string_view>

#include <zlib.h>

#include "unfriend/core/char_span.hpp"

namespace unfriend {

/// A deflate state kept for texts of a few hundred bytes. Construction allocates it, about 10 KB instead
/// of zlib's usual 256 KB; `compress` reuses it and allocates nothing. One thread at a time.
/// `Level` is zlib's, 0 (stored, not compressed) to 9.
template <int Level>
class basic_zlib_codec {
public:
    basic_zlib_codec() : stream_(new (std::nothrow) z_stream{}) {
        if (stream_ == nullptr) return;
        if (deflateInit2(stream_.get(), Level, Z_DEFLATED, window_bits, memory_level, Z_DEFAULT_STRATEGY) != Z_OK) {
            stream_.reset();
        }
    }

    std::size_t compress(std::string_view bytes, char_span out) noexcept {
        if (stream_ == nullptr || deflateReset(stream_.get()) != Z_OK) return 0;
        stream_->next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
        stream_->avail_in = static_cast<uInt>(bytes.size());
        stream_->next_out = reinterpret_cast<Bytef*>(out.data());
        stream_->avail_out = static_cast<uInt>(out.size());
        if (deflate(stream_.get(), Z_FINISH) != Z_STREAM_END) return 0;
        // Announce the window that every other UserSig announces: a larger one than was used is as valid.
        out.data()[0] = '\x78';
        out.data()[1] = '\x9C';
        return out.size() - stream_->avail_out;
    }

    /// All of `bytes` must be one zlib stream, and what it holds must fit into `out`.
    static std::size_t decompress(std::string_view bytes, char_span out) noexcept {
        uLongf written = static_cast<uLongf>(out.size());
        uLong read = static_cast<uLong>(bytes.size());
        const int status = uncompress2(reinterpret_cast<Bytef*>(out.data()), &written,
                                       reinterpret_cast<const Bytef*>(bytes.data()), &read);
        return status == Z_OK && read == bytes.size() ? written : 0;
    }

private:
    struct deleter {
        void operator()(z_stream* stream) const noexcept {
            deflateEnd(stream);
            delete stream;
        }
    };

    static constexpr int window_bits = 9; // 512 bytes: more than the document of a UserSig without userbuf
    static constexpr int memory_level = 2;

    std::unique_ptr<z_stream, deleter> stream_;
};

/// Compresses; the UserSig is about as long as the official generators make it.
using zlib_codec = basic_zlib_codec<1>;
/// Does not compress, which is faster; the UserSig is about a quarter longer.
using stored_codec = basic_zlib_codec<0>;

} // namespace unfriend
