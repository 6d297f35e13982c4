// Any line is a command: no input crashes the parser or the machine, and every reply stays one reply.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "smtp/server.hpp"

namespace {

class Everyone : public smtp::Policy {
 public:
  bool is_local_domain(std::string_view) const override { return true; }
  bool has_user(std::string_view) const override { return true; }
  bool has_route(std::string_view domain) const override { return domain != "unrouted.test"; }
  bool may_send_as(std::string_view user, const smtp::Path& sender) const override {
    return sender.local != "root" || user == "root";
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Everyone policy;
  smtp::Server server({"mx.test"}, policy);
  std::string_view text(reinterpret_cast<const char*>(data), size);
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto wire = smtp::to_wire(server.on(smtp::parse_command(text.substr(0, end))).reply);
    if (!wire.ends_with("\r\n")) std::abort();
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return 0;
}
