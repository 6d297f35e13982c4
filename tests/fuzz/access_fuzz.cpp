// Any text as an access file: an error names its line, and what is taken judges every subject the same, twice
// and in any case.
#include "serve/access.hpp"

#include <cstdint>
#include <cstdlib>

#include "base/ascii.hpp"

namespace {

bool same(const std::optional<serve::Ruling>& one, const std::optional<serve::Ruling>& other) {
  if (!one || !other) return one.has_value() == other.has_value();
  return one->verdict == other->verdict && one->text == other->text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto access = serve::Access::parse(text, "access");
  if (!access) {
    if (access.error().code != base::Exit::configuration || !access.error().what.starts_with("access:"))
      std::abort();
    return 0;
  }
  auto subjects = base::words(text);
  for (const char* fixed : {"", "192.0.2.1", "2001:db8::1", "a@b.test", "mx.b.test", "\"a@b\"@c.test"})
    subjects.emplace_back(fixed);
  for (const auto& subject : subjects) {
    for (const auto kind :
         {smtp::Subject::client, smtp::Subject::helo, smtp::Subject::sender, smtp::Subject::recipient}) {
      const auto ruling = access->judge(kind, subject);
      if (ruling && base::words(text).empty()) std::abort();
      if (!same(ruling, access->judge(kind, base::upper(subject)))) std::abort();
    }
  }
  return 0;
}
