// COMPRESS=DEFLATE (RFC 4978) under a Wire. Each direction keeps its window and one buffer, some 300 KiB in
// all, whatever the octets grow to: they are made as they are read.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/channel.hpp"

namespace serve {

class DeflateChannel : public net::Channel {
 public:
  /// `early`: what has come behind the command already. Neither descriptor is owned.
  static base::Result<std::unique_ptr<DeflateChannel>> make(int in, int out, std::string_view early);
  ~DeflateChannel() override;

  ssize_t receive(char* into, std::size_t most) override;
  ssize_t send(std::string_view text) override;
  short events() const override;

  /// Octets have come that receive() would give without a look at the descriptor.
  bool has_input() const;

 private:
  struct Streams;
  DeflateChannel(int in, int out);
  ssize_t fill();
  bool squeeze(std::string_view text);

  int in_;
  int out_;
  std::unique_ptr<Streams> streams_;
  std::string input_;  // compressed, not used yet from used_ on
  std::size_t used_ = 0;
  bool may_have_more_ = false;  // the window held more than the caller had room for
  std::string output_;          // compressed, not sent yet from sent_ on
  std::size_t sent_ = 0;
  std::size_t accepted_ = 0;  // octets of the text that output_ stands for
  bool writing_ = false;
};

}  // namespace serve
