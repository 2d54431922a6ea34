// The lines of a file, a pipe or a terminal, without ever waiting for one.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace example {

class line_reader {
public:
    enum class state { line, pending, ended };

    line_reader() = default;
    line_reader(const line_reader&) = delete;
    line_reader& operator=(const line_reader&) = delete;
    ~line_reader() {
        if (descriptor_ > STDIN_FILENO) ::close(descriptor_);
    }

    /// `-` is standard input. False when the file cannot be opened.
    bool open(const std::string& name) {
        descriptor_ = name == "-" ? STDIN_FILENO : ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
        return descriptor_ >= 0;
    }

    /// Takes the next line, without its end: LF or CRLF, which the last line may lack. It lives until the next call.
    state next(std::string_view& line) {
        for (;;) {
            const std::size_t end = buffer_.find('\n', searched_);
            if (end != std::string::npos || (has_ended_ && begin_ < buffer_.size())) {
                const std::size_t size = (end == std::string::npos ? buffer_.size() : end) - begin_;
                line = std::string_view(buffer_).substr(begin_, size);
                bytes_ += size + 1;
                begin_ = searched_ = begin_ + size + (end == std::string::npos ? 0 : 1);
                if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
                return state::line;
            }
            searched_ = buffer_.size();
            if (has_ended_) return state::ended;
            if (!read()) return state::pending;
        }
    }

    /// Nothing more is read.
    void close() noexcept {
        has_ended_ = true;
        buffer_.clear();
        begin_ = searched_ = 0;
    }

    /// The input ended with an error.
    bool is_broken() const noexcept { return is_broken_; }
    int descriptor() const noexcept { return descriptor_; }
    /// Of the lines so far, their ends included.
    std::uint64_t bytes() const noexcept { return bytes_; }

private:
    /// False when there is nothing to read at the moment.
    bool read() {
        pollfd ready{descriptor_, POLLIN, 0};
        if (::poll(&ready, 1, 0) <= 0) return false;
        buffer_.erase(0, begin_);
        begin_ = 0;
        const std::size_t size = buffer_.size();
        searched_ = size;
        buffer_.resize(size + block_size);
        const ssize_t count = ::read(descriptor_, &buffer_[size], block_size);
        const int failure = errno;
        buffer_.resize(size + (count > 0 ? static_cast<std::size_t>(count) : 0));
        if (count < 0 && (failure == EINTR || failure == EAGAIN)) return false;
        is_broken_ = count < 0;
        has_ended_ = count <= 0;
        return true;
    }

    static constexpr std::size_t block_size = 65536;

    int descriptor_ = -1;
    std::string buffer_;
    std::size_t begin_ = 0;    // of what is not taken yet
    std::size_t searched_ = 0; // up to there it has no line end
    std::uint64_t bytes_ = 0;
    bool has_ended_ = false;
    bool is_broken_ = false;
};

} // namespace example
