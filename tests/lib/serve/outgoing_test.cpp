#include "serve/outgoing.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "fs/stream.hpp"

namespace outgoing_test {
namespace {

spool::Message message(std::string_view text) {
  spool::Message out;
  out.file = fs::temporary_file().value();
  EXPECT_TRUE(fs::write_all(out.file.get(), text));
  out.envelope.length = text.size();
  return out;
}

std::string text_of(const serve::Outgoing& outgoing) {
  std::string out;
  EXPECT_TRUE(outgoing.each_chunk([&](std::string_view chunk) -> base::Result<void> {
    out += chunk;
    return {};
  }));
  return out;
}

TEST(Outgoing, SaysWhatAHostMustBeAbleToTake) {
  const struct {
    std::string text;
    std::uint64_t size;
    bool header, body;
  } rows[] = {{"Subject: x\n\nhi\n", 18, false, false},
              {"Subject: \xC3\xA4\n\nhi\n", 19, true, false},
              {"Subject: x\n\n\xC3\xA4\n", 18, false, true},
              // The end of the last line comes with it.
              {"Subject: x\n\n\xC3\xA4", 18, false, true},
              {"Subject: x", 12, false, false},
              {"\n\xC3\xA4\n", 6, false, true},
              {"", 0, false, false},
              {"Subject: x\n" + std::string(70'000, ' ') + "\n\n\xFF", 519, false, true},
              // As it is folded on its way.
              {"Subject: x\n\n" + std::string(998, 'y') + "\n", 1014, false, false},
              {"Subject: x\n\n" + std::string(2000, 'y') + "\n", 2022, false, false}};
  for (const auto& row : rows) {
    const auto file = message(row.text);
    const auto out = serve::Outgoing::survey(file);
    ASSERT_TRUE(out);
    EXPECT_EQ(out->size(), row.size) << row.text.substr(0, 20);
    EXPECT_EQ(out->eight_bit_header(), row.header) << row.text.substr(0, 20);
    EXPECT_EQ(out->eight_bit_body(), row.body) << row.text.substr(0, 20);
    EXPECT_EQ(text_of(*out), row.text);
  }
}

TEST(Outgoing, IsAsciiOnceItWasDowngraded) {
  const auto file = message("Subject: x\n\n\xC3\xA4 and more text\n");
  const auto out = serve::Outgoing::survey(file)->downgraded();
  ASSERT_TRUE(out) << out.error().what;
  EXPECT_FALSE(out->eight_bit_body());
  EXPECT_TRUE(text_of(*out).ends_with("\n\n=C3=A4 and more text\n")) << text_of(*out);
  const auto bad = message("Subject: \xC3\xA4\n\nx\n");
  EXPECT_EQ(serve::Outgoing::survey(bad)->downgraded().error().code, base::Exit::data);
}

}  // namespace
}  // namespace outgoing_test
