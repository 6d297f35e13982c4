#include "peer.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <filesystem>
#include <fstream>

#include "serve/clock.hpp"
#include "spool/writer.hpp"

pid_t newest_child() {
  std::ifstream children("/proc/self/task/" + std::to_string(getpid()) + "/children");
  pid_t out = 0;
  for (pid_t next = 0; children >> next;) out = next;
  return out;
}

Peer::Peer(const std::string& word, const std::string& reply) : replies_{{word, reply}} {
  listening_.reset(socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listening_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0) std::abort();
  if (listen(listening_.get(), 10) != 0) std::abort();
  getsockname(listening_.get(), reinterpret_cast<sockaddr*>(&address), &size);
  host_ = {"127.0.0.1", ntohs(address.sin_port)};
  thread_ = std::thread([this] { serve(); });
}

Peer::~Peer() {
  shutdown(listening_.get(), SHUT_RDWR);
  thread_.join();
}

serve::Destination Peer::destination() const {
  return {serve::Destination::Kind::route, smtp::to_string(host_)};
}

void Peer::serve() {
  while (true) {
    sockaddr_in from = {};
    socklen_t size = sizeof from;
    const fs::Fd connection(accept(listening_.get(), reinterpret_cast<sockaddr*>(&from), &size));
    if (!connection) return;
    last_port_ = ntohs(from.sin_port);
    talk(connection.get());
  }
}

void Peer::talk(int connection) {
  net::Wire wire(connection, connection, 5000);
  (void)wire.write("220 peer\r\n");
  bool body = false;
  while (true) {
    const auto line = wire.line(2000);
    if (line.state != net::Line::State::ok) return;
    heard_ += std::string(line.text) + "\n";
    if (body && line.text != ".") continue;
    const std::string word(body ? "." : line.text.substr(0, 4));
    const auto whole = replies_.find(std::string(line.text));
    const auto found = body || whole == replies_.end() ? replies_.find(word) : whole;
    const std::string reply = found != replies_.end() ? found->second : word == "DATA" ? "354 go" : "250 ok";
    body = word == "DATA" && reply.starts_with("354");
    (void)wire.write(reply + "\r\n");
    (void)wire.flush();
    if (word == "QUIT" || reply.starts_with("421")) return;
  }
}

Queued::Queued() {
  for (const char digit : std::string_view("0123456789abcdef"))
    std::filesystem::create_directories(directory.path() + "/queue/" + digit);
  auto writer =
      spool::Writer::create(directory.path(), serve::now_microseconds(), "a@b.test", {"x@y.test"}).value();
  EXPECT_TRUE(writer.write("Subject: x\n\n.dot\n"));
  EXPECT_TRUE(writer.commit());
  const spool::Queue queue(directory.path());
  message = queue.open(queue.scan().value().at(0)).value();
}

std::string outcomes(const std::vector<serve::Attempt>& attempts) {
  std::string out;
  for (const auto& attempt : attempts) {
    out += attempt.outcome == serve::Outcome::delivered ? '+'
           : attempt.outcome == serve::Outcome::failed  ? '!'
                                                        : '~';
    out += attempt.status + " ";
  }
  return out;
}
