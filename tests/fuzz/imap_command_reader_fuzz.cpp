// Whatever a client sends: what is kept of a command stays within the limits, and what is too big for them is
// read past to where the next command begins, which is where it begins for who has room.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "fs/fd.hpp"
#include "serve/imap_command_reader.hpp"

#include <fcntl.h>

namespace {

using Input = serve::CommandInput;

std::vector<Input> read(std::string_view said, const serve::CommandLimits& limits) {
  const auto nothing = fs::open("/dev/null", O_RDWR);
  if (!nothing) std::abort();
  net::Wire wire(nothing->get(), nothing->get(), 0);
  wire.preload(said);
  std::vector<Input> out;
  do {
    out.push_back(serve::CommandReader(wire, limits).run());
  } while (!out.back().ends());
  return out;
}

bool asks_first(std::string_view said) {
  for (auto at = said.find("}"); at != said.npos; at = said.find("}", at + 1)) {
    if (at > 0 && said[at - 1] != '+') return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view said(reinterpret_cast<const char*>(data), size);
  const std::size_t large = std::size_t{1} << 20;
  const auto whole = read(said, {large, large, large});
  const serve::CommandLimits small = {large, 40, 60};
  const auto some = read(said, small);
  for (const auto& one : some) {
    if (one.text.size() > small.command + small.message + 2) std::abort();
  }
  if (asks_first(said)) return 0;
  if (some.back().state != Input::State::endless && some.size() != whole.size()) std::abort();
  for (std::size_t i = 0; i < some.size() && !some[i].ends(); ++i) {
    if (i == whole.size() || whole[i].ends()) std::abort();
    if (some[i].state == Input::State::command && some[i].text != whole[i].text) std::abort();
    if (!whole[i].text.starts_with(some[i].text)) std::abort();
  }
  return 0;
}
