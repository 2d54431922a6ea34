// Compression (RFC 1950) by zlib. To use another library, pass a class of this form to `basic_user_sig_generator`:
//
//   class my_codec {
//   public:
//       my_codec();
//       std::size_t compress(std::string_view bytes, unfriend::char_span out);          // size written; 0: it failed
//       static std::size_t decompress(std::string_view bytes, unfriend::char_span out); // size written; 0: it failed
//   };
#pragma once

#include <cstddef>
#include <new>
#include <string_view>

#include <zlib.h>

#include "unfriend/core/char_span.hpp"
#include "unfriend/core/detail/owned.hpp"

namespace unfriend { inline namespace v0_2 {

/// Compresses texts of a few hundred bytes. Holds a deflate state of about 10 KB, smaller than zlib's default of 256
/// KB, which is allocated on construction and used for each text. One thread at a time. `Level`: the compression level
/// of zlib, 0 (stored) to 9.
template <int Level>
class basic_zlib_codec {
public:
    /// If zlib fails, `compress` reports it.
    basic_zlib_codec() : stream_(new (std::nothrow) z_stream{}) {
        if (!stream_) return;
        if (deflateInit2(stream_.get(), Level, Z_DEFLATED, window_bits, memory_level, Z_DEFAULT_STRATEGY) != Z_OK) {
            stream_.reset();
        }
    }

    /// Writes `bytes`, compressed, to `out`. Returns the size written, or 0 if zlib failed or `out` is too small.
    /// Allocates nothing.
    std::size_t compress(std::string_view bytes, char_span out) noexcept {
        if (!stream_ || deflateReset(stream_.get()) != Z_OK) return 0;
        stream_->next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
        stream_->avail_in = static_cast<uInt>(bytes.size());
        stream_->next_out = reinterpret_cast<Bytef*>(out.data());
        stream_->avail_out = static_cast<uInt>(out.size());
        if (deflate(stream_.get(), Z_FINISH) != Z_STREAM_END) return 0;
        // The header of other UserSigs, which names a larger window. A larger window than the one used is valid.
        out.data()[0] = '\x78';
        out.data()[1] = '\x9C';
        return out.size() - stream_->avail_out;
    }

    /// Writes `bytes`, decompressed, to `out`. Returns the size written, or 0 if `bytes` is not exactly one zlib stream
    /// or its content does not fit. zlib allocates memory and frees it before the function returns.
    static std::size_t decompress(std::string_view bytes, char_span out) noexcept {
        uLongf written = static_cast<uLongf>(out.size());
        uLong read = static_cast<uLong>(bytes.size());
        const int status = uncompress2(reinterpret_cast<Bytef*>(out.data()), &written,
                                       reinterpret_cast<const Bytef*>(bytes.data()), &read);
        return status == Z_OK && read == bytes.size() ? written : 0;
    }

private:
    static void end(z_stream* stream) noexcept {
        deflateEnd(stream);
        delete stream;
    }

    static constexpr int window_bits = 9; // 512 bytes, more than a UserSig without userbuf
    static constexpr int memory_level = 2;

    detail::owned<z_stream, end> stream_;
};

/// Compresses. A UserSig is about as long as one of the official generators.
using zlib_codec = basic_zlib_codec<1>;
/// Stores without compression, which is faster. A UserSig is about a quarter longer.
using stored_codec = basic_zlib_codec<0>;

}} // namespace unfriend::v0_2
