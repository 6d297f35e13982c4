#include "fs/packet.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <cstring>

#include "fs/stamp.hpp"

namespace packet_test {
namespace {

TEST(Packet, TextAndAnOpenFileArriveTogether) {
  const auto sockets = fs::packet_sockets().value();
  int pipe_ends[2];
  ASSERT_EQ(pipe2(pipe_ends, O_CLOEXEC), 0);
  const fs::Fd reading(pipe_ends[0]);
  fs::Fd writing(pipe_ends[1]);
  ASSERT_TRUE(fs::send_packet(sockets.first.get(), "one", writing.get()));
  ASSERT_TRUE(fs::send_packet(sockets.first.get(), "two"));
  writing.reset();
  {
    const auto one = fs::receive_packet(sockets.second.get()).value();
    ASSERT_TRUE(one);
    EXPECT_EQ(one->text, "one");
    EXPECT_TRUE(fs::write_all(one->descriptor.get(), "x"));
  }
  const auto two = fs::receive_packet(sockets.second.get()).value();
  ASSERT_TRUE(two);
  EXPECT_EQ(two->text, "two");
  EXPECT_FALSE(two->descriptor);
  // The only other writer was the one in the packet.
  char octets[2];
  EXPECT_EQ(read(reading.get(), octets, 2), 1);
  EXPECT_EQ(read(reading.get(), octets, 2), 0);
}

TEST(Packet, AStreamKnowsNoPacketsAndNoProgramInheritsIt) {
  const auto sockets = fs::stream_sockets().value();
  ASSERT_TRUE(fs::write_all(sockets.first.get(), "one"));
  ASSERT_TRUE(fs::write_all(sockets.first.get(), "two"));
  char octets[8];
  EXPECT_EQ(read(sockets.second.get(), octets, sizeof octets), 6);
  EXPECT_EQ(fcntl(sockets.first.get(), F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(fcntl(sockets.second.get(), F_GETFD), FD_CLOEXEC);
}

TEST(Packet, AClosedEndIsTheEnd) {
  auto sockets = fs::packet_sockets().value();
  ASSERT_TRUE(fs::send_packet(sockets.first.get(), "last"));
  sockets.first.reset();
  EXPECT_TRUE(fs::receive_packet(sockets.second.get()).value());
  EXPECT_FALSE(fs::receive_packet(sockets.second.get()).value());
  EXPECT_EQ(fs::send_packet(sockets.second.get(), "x").error().code, base::Exit::os);
}

TEST(Packet, OneThatIsNotToWaitDoesNot) {
  const auto sockets = fs::packet_sockets().value();
  base::Result<void> sent;
  for (int i = 0; sent && i < 100'000; ++i) sent = fs::send_packet(sockets.first.get(), "x", -1, false);
  EXPECT_EQ(sent.error().code, base::Exit::temporary);
}

TEST(Packet, ADescriptorComesWithAnOctetOfAStream) {
  auto sockets = fs::stream_sockets().value();
  const int there = sockets.second.get();
  EXPECT_FALSE(fs::receive_descriptor(there, false).value());
  ASSERT_TRUE(fs::send_packet(sockets.first.get(), "f", sockets.first.get()));
  ASSERT_TRUE(fs::send_packet(sockets.first.get(), "-"));
  const auto descriptor = fs::receive_descriptor(there).value();
  ASSERT_TRUE(descriptor);
  EXPECT_TRUE(fs::same_file(descriptor->get(), sockets.first.get()));
  EXPECT_FALSE(fs::receive_descriptor(there).value());
}

TEST(Packet, NoDescriptorComesFromAnEndThatIsClosed) {
  auto sockets = fs::stream_sockets().value();
  sockets.first.reset();
  EXPECT_EQ(fs::receive_descriptor(sockets.second.get()).error().code, base::Exit::os);
}

TEST(Packet, HasBounds) {
  const auto sockets = fs::packet_sockets().value();
  EXPECT_TRUE(fs::send_packet(sockets.first.get(), std::string(fs::packet_limit, 'x')));
  EXPECT_EQ(fs::receive_packet(sockets.second.get()).value()->text.size(), fs::packet_limit);
  EXPECT_EQ(fs::send_packet(sockets.first.get(), std::string(fs::packet_limit + 1, 'x')).error().code,
            base::Exit::software);
  EXPECT_EQ(fs::send_packet(sockets.first.get(), "").error().code, base::Exit::software);
}

/// As it is where net.core.wmem_default is the least that the kernel allows.
void take_room(int socket) {
  const int octets = 1;
  ASSERT_EQ(setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &octets, sizeof octets), 0);
}

TEST(Packet, ThatHasNoRoomSaysWhy) {
  const auto sockets = fs::packet_sockets().value();
  take_room(sockets.first.get());
  const auto sent = fs::send_packet(sockets.first.get(), std::string(32 * 1024, 'x'), -1, false);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, base::Exit::os);
  EXPECT_NE(sent.error().what.find("a packet of 32768 octets"), std::string::npos) << sent.error().what;
  EXPECT_NE(sent.error().what.find("net.core.wmem_max"), std::string::npos) << sent.error().what;
}

TEST(Packet, RoomIsMadeForTheLongest) {
  const auto sockets = fs::packet_sockets().value();
  for (const int end : {sockets.first.get(), sockets.second.get()}) {
    take_room(end);
    fs::make_room(end);
    EXPECT_TRUE(fs::send_packet(end, std::string(fs::packet_limit, 'x'), -1, false));
  }
}

/// With two descriptors, as a hostile other end may send it.
void send_two(int socket, const std::string& text, int descriptor) {
  std::string copy = text;
  iovec part = {copy.data(), copy.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(2 * sizeof(int))] = {};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  auto* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(2 * sizeof(int));
  const int both[] = {descriptor, descriptor};
  std::memcpy(CMSG_DATA(header), both, sizeof both);
  ASSERT_EQ(sendmsg(socket, &message, 0), static_cast<ssize_t>(text.size()));
}

TEST(Packet, MoreDescriptorsThanOneAreClosed) {
  const auto sockets = fs::packet_sockets().value();
  int pipe_ends[2];
  ASSERT_EQ(pipe2(pipe_ends, O_CLOEXEC), 0);
  const fs::Fd reading(pipe_ends[0]);
  fs::Fd writing(pipe_ends[1]);
  send_two(sockets.first.get(), "two", writing.get());
  writing.reset();
  const auto packet = fs::receive_packet(sockets.second.get()).value();
  ASSERT_TRUE(packet);
  EXPECT_FALSE(packet->descriptor);
  pollfd end = {reading.get(), POLLIN, 0};
  EXPECT_EQ(poll(&end, 1, 0), 1);
}

TEST(Packet, SeveralFilesGoTogether) {
  const auto sockets = fs::packet_sockets().value();
  int pipe_ends[2];
  ASSERT_EQ(pipe2(pipe_ends, O_CLOEXEC), 0);
  const fs::Fd reading(pipe_ends[0]);
  std::vector<fs::Fd> files;
  files.emplace_back(pipe_ends[1]);
  while (files.size() < fs::most_files) files.emplace_back(dup(pipe_ends[1]));
  ASSERT_TRUE(fs::send_files(sockets.first.get(), files));
  files.clear();
  pollfd end = {reading.get(), POLLIN, 0};
  {
    const auto received = fs::receive_files(sockets.second.get());
    EXPECT_EQ(received.size(), fs::most_files);
    EXPECT_EQ(poll(&end, 1, 0), 0);
  }
  EXPECT_EQ(poll(&end, 1, 0), 1);
  EXPECT_EQ(fs::send_files(sockets.first.get(), files).error().code, base::Exit::software);
}

TEST(Packet, OneThatIsTooLongIsNone) {
  const auto sockets = fs::packet_sockets().value();
  const std::string text(fs::packet_limit + 1, 'x');
  ASSERT_EQ(send(sockets.first.get(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  EXPECT_EQ(fs::receive_packet(sockets.second.get()).error().code, base::Exit::protocol);
}

TEST(Packet, FieldsComeBackAsTheyWere) {
  EXPECT_EQ(fs::split_fields(fs::join_fields({"a", "", "b c"})), (std::vector<std::string>{"a", "", "b c"}));
  EXPECT_TRUE(fs::split_fields("").empty());
  auto text = fs::join_fields({"a", ""}) + std::string("b\0c", 3);
  std::string_view rest = text;
  EXPECT_EQ(fs::take_fields(rest, 2), (std::vector<std::string>{"a", ""}));
  EXPECT_EQ(rest, std::string_view("b\0c", 3));
  EXPECT_EQ(fs::split_fields("cut off"), std::vector<std::string>{"cut off"});
}

}  // namespace
}  // namespace packet_test
