#include "serve/imap_deflate.hpp"

#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace serve {

namespace {

constexpr std::size_t read_size = 16 * 1024;
constexpr std::size_t piece_limit = 64 * 1024;  // octets that are compressed at once
constexpr int raw_window = -15;                 // RFC 1951 without a head
constexpr int memory_level = 8;

bool is_ready(int descriptor, short events) {
  pollfd waiting = {descriptor, events, 0};
  return poll(&waiting, 1, 0) > 0;
}

}  // namespace

struct DeflateChannel::Streams {
  z_stream in = {};
  z_stream out = {};
};

DeflateChannel::DeflateChannel(int in, int out) : in_(in), out_(out), streams_(std::make_unique<Streams>()) {}

base::Result<std::unique_ptr<DeflateChannel>> DeflateChannel::make(int in, int out, std::string_view early) {
  std::unique_ptr<DeflateChannel> self(new DeflateChannel(in, out));
  if (inflateInit2(&self->streams_->in, raw_window) != Z_OK ||
      deflateInit2(&self->streams_->out, Z_DEFAULT_COMPRESSION, Z_DEFLATED, raw_window, memory_level,
                   Z_DEFAULT_STRATEGY) != Z_OK)
    return base::fail(base::Exit::os, "zlib cannot begin");
  self->input_ = early;
  return self;
}

DeflateChannel::~DeflateChannel() {
  inflateEnd(&streams_->in);
  deflateEnd(&streams_->out);
}

short DeflateChannel::events() const {
  return writing_ ? POLLOUT : POLLIN;
}

bool DeflateChannel::has_input() const {
  return used_ < input_.size() || may_have_more_;
}

/// As read(2), never waiting.
ssize_t DeflateChannel::fill() {
  input_.resize(read_size);
  used_ = 0;
  ssize_t got = recv(in_, input_.data(), read_size, MSG_DONTWAIT);
  if (got < 0 && errno == ENOTSOCK) {
    errno = EAGAIN;
    got = is_ready(in_, POLLIN) ? ::read(in_, input_.data(), read_size) : -1;
  }
  const int error = errno;
  input_.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  errno = error;
  return got;
}

ssize_t DeflateChannel::receive(char* into, std::size_t most) {
  writing_ = false;
  while (true) {
    if (!has_input()) {
      const auto got = fill();
      if (got <= 0) return got;
    }
    auto& stream = streams_->in;
    stream.next_in = reinterpret_cast<Bytef*>(input_.data() + used_);
    stream.avail_in = static_cast<uInt>(input_.size() - used_);
    stream.next_out = reinterpret_cast<Bytef*>(into);
    stream.avail_out = static_cast<uInt>(std::min<std::size_t>(most, UINT_MAX));
    const int state = inflate(&stream, Z_SYNC_FLUSH);
    used_ = input_.size() - stream.avail_in;
    may_have_more_ = stream.avail_out == 0;
    const auto made = static_cast<ssize_t>(most - stream.avail_out);
    if (made > 0) return made;
    // The stream has no end before the connection's; what is none ends it.
    if (state == Z_STREAM_END) return 0;
    if (state != Z_OK && state != Z_BUF_ERROR) {
      errno = EPROTO;
      return -1;
    }
  }
}

bool DeflateChannel::squeeze(std::string_view text) {
  auto& stream = streams_->out;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  output_.clear();
  sent_ = 0;
  do {
    const auto had = output_.size();
    output_.resize(had + read_size);
    stream.next_out = reinterpret_cast<Bytef*>(output_.data() + had);
    stream.avail_out = read_size;
    if (deflate(&stream, Z_SYNC_FLUSH) == Z_STREAM_ERROR) return false;
    output_.resize(had + read_size - stream.avail_out);
  } while (stream.avail_out == 0);
  return true;
}

/// The caller comes again with the same text until all of it is on its way.
ssize_t DeflateChannel::send(std::string_view text) {
  writing_ = true;
  if (accepted_ == 0) {
    const auto piece = text.substr(0, piece_limit);
    if (!squeeze(piece)) {
      errno = EIO;
      return -1;
    }
    accepted_ = piece.size();
  }
  while (sent_ < output_.size()) {
    const auto left = std::string_view(output_).substr(sent_);
    ssize_t sent = ::send(out_, left.data(), left.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == ENOTSOCK) {
      errno = EAGAIN;
      sent = is_ready(out_, POLLOUT)
                 ? ::write(out_, left.data(), std::min<std::size_t>(left.size(), PIPE_BUF))
                 : -1;
    }
    if (sent < 0) return -1;
    sent_ += static_cast<std::size_t>(sent);
  }
  return static_cast<ssize_t>(std::exchange(accepted_, 0));
}

}  // namespace serve
