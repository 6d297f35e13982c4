#include "imap/progress.hpp"

#include "imap/selected.hpp"

namespace imap {

namespace {

constexpr std::uint64_t often = 10;  // seconds

}  // namespace

/// A tag with a bracket would end the code it stands in (section 4).
Progress::Progress(Output& out, const Mailbox& mailbox, std::string_view tag)
    : out_(out),
      mailbox_(mailbox),
      tag_(tag.find(']') == std::string_view::npos ? "\"" + std::string(tag) + "\"" : "NIL"),
      said_(mailbox.now()) {}

void Progress::begin(std::size_t goal) {
  goal_ = goal;
  done_ = 0;
}

void Progress::step() {
  const auto done = done_++;
  const auto now = mailbox_.now();
  if (now < said_ + often) return;
  said_ = now;
  out_.write("* OK [INPROGRESS (" + tag_ + " " + std::to_string(done) + " " + std::to_string(goal_) +
             ")] goes on\r\n");
  out_.flush();
}

}  // namespace imap
