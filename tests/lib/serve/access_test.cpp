#include "serve/access.hpp"

#include <gtest/gtest.h>

namespace access_test {
namespace {

using smtp::Subject;

std::string shown(const serve::Access& access, Subject kind, std::string_view subject) {
  const auto ruling = access.judge(kind, subject);
  if (!ruling) return "-";
  constexpr const char* words[] = {"ok", "reject", "defer"};
  return words[static_cast<std::size_t>(ruling->verdict)] + (ruling->text.empty() ? "" : " " + ruling->text);
}

TEST(Access, TheFirstLineThatFitsCounts) {
  const auto access = serve::Access::parse(
                          "# who may send\n"
                          "client 192.0.2.7 ok\n"
                          "client 192.0.2.0/24 reject go away\n"
                          "client * defer\n"
                          "client 198.51.100.1 ok\n"
                          "helo .bad.test reject\n"
                          "helo Bad2.test\tdefer  later \n"
                          "sender good@spam.test ok\n"
                          "sender spam.test reject\n"
                          "sender @one.test reject one\n"
                          "sender <> defer\n"
                          "sender root@ reject\n"
                          "sender a..b@odd.test reject\n"
                          "sender c..@ reject\n"
                          "recipient trap@example.test reject\n",
                          "f")
                          .value();
  const struct {
    Subject kind;
    const char* subject;
    const char* wanted;
  } rows[] = {{Subject::client, "192.0.2.7", "ok"},
              {Subject::client, "192.0.2.8", "reject go away"},
              {Subject::client, "::ffff:192.0.2.8", "reject go away"},
              {Subject::client, "198.51.100.1", "defer"},
              {Subject::client, "unknown", "defer"},
              {Subject::helo, "mx.BAD.test", "reject"},
              {Subject::helo, "bad.test", "-"},
              {Subject::helo, "bad2.test", "defer later"},
              {Subject::helo, "mx.bad.test.", "reject"},
              {Subject::helo, "x.bad2.test", "-"},
              {Subject::sender, "Good@Spam.test", "ok"},
              {Subject::sender, "x@spam.test", "reject"},
              {Subject::sender, "x@a.spam.test", "reject"},
              {Subject::sender, "x@notspam.test", "-"},
              {Subject::sender, "x@one.test", "reject one"},
              {Subject::sender, "x@a.one.test", "-"},
              {Subject::sender, "", "defer"},
              {Subject::sender, "root@any.test", "reject"},
              {Subject::sender, "\"a..b\"@odd.test", "reject"},
              {Subject::sender, "\"c..\"@any.test", "reject"},
              {Subject::recipient, "trap@example.test", "reject"},
              {Subject::recipient, "good@spam.test", "-"}};
  for (const auto& row : rows) EXPECT_EQ(shown(access, row.kind, row.subject), row.wanted) << row.subject;
}

TEST(Access, ErrorsNameTheLine) {
  const struct {
    const char* text;
    const char* wanted;
  } rows[] = {{"\nclients 192.0.2.1 ok", "f:2: 'client', 'helo', 'sender' or 'recipient' expected"},
              {"client 192.0.2.1 no", "f:1: 'ok', 'reject', 'defer' or 'moved' expected behind the pattern"},
              {"sender a@b", "f:1: 'ok', 'reject', 'defer' or 'moved' expected behind the pattern"},
              {"client 192.0.2.1/24 ok", "f:1: '192.0.2.1/24' is not a network like 192.0.2.0/24"},
              {"sender a@b.test moved c@d.test", "f:1: only recipients move"},
              {"recipient a@b.test moved", "f:1: '' is no address to move to"},
              {"recipient a@b.test moved c@d.test e", "f:1: 'c@d.test e' is no address to move to"},
              {"sender a reject \xC3\xA4", "f:1: the text is not plain ASCII"}};
  for (const auto& row : rows) {
    const auto parsed = serve::Access::parse(row.text, "f");
    ASSERT_FALSE(parsed) << row.text;
    EXPECT_EQ(parsed.error().what, row.wanted);
    EXPECT_EQ(parsed.error().code, base::Exit::configuration);
  }
}

}  // namespace
}  // namespace access_test
