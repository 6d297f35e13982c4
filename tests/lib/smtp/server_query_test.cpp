#include <gtest/gtest.h>

#include "smtp/server.hpp"

namespace server_query_test {
namespace {

class Town : public smtp::Policy {
 public:
  bool is_local_domain(std::string_view domain) const override { return domain == "example.test"; }
  bool has_user(std::string_view local) const override {
    return local == "bob" || local == "fwd" || local == "all";
  }
  std::optional<std::vector<std::string>> members_of(std::string_view local,
                                                     std::string_view) const override {
    if (local == "fwd") return {{"x@far.test"}};
    if (local == "all") return {{"x@far.test", "bob"}};
    if (local == "bob") return {{"bob"}};
    return std::nullopt;
  }
  std::optional<std::string> moved_to(const smtp::Path& recipient) const override {
    return recipient.local == "old" ? std::optional<std::string>("new@far.test") : std::nullopt;
  }
  bool has_route(std::string_view) const override { return true; }
  bool takes_no_mail(std::string_view domain) const override { return domain == "silent.test"; }
  bool may_send_as(std::string_view, const smtp::Path&) const override { return true; }
};

struct Row {
  const char* line;
  int code;
  const char* enhanced;
  const char* text;  // how it begins
};

smtp::ServerConfig config(bool verify, bool expand) {
  smtp::ServerConfig out = {"mx.test"};
  out.verify = verify;
  out.expand = expand;
  out.relay = true;
  return out;
}

template <std::size_t n>
void expect(const smtp::ServerConfig& config, const Row (&rows)[n], bool in_transaction = false) {
  const Town town;
  for (const auto& row : rows) {
    smtp::Server server(config, town);
    if (in_transaction) {
      (void)server.on_line("EHLO c");
      (void)server.on_line("MAIL FROM:<>");
    }
    const auto reply = server.on_line(row.line).reply;
    EXPECT_EQ(reply.code, row.code) << row.line;
    EXPECT_EQ(reply.enhanced, row.enhanced) << row.line;
    EXPECT_TRUE(reply.lines.at(0).starts_with(row.text)) << row.line << ": " << reply.lines[0];
  }
}

TEST(ServerQuery, VerifiesWhenItMay) {
  expect(config(true, false),
         {{"VRFY bob", 250, "2.1.5", "<bob@mx.test>"},
          {"VRFY <bob@example.test>", 250, "2.1.5", "<bob@example.test>"},
          {"VRFY bob@example.test", 250, "2.1.5", "<bob@example.test>"},
          {"VRFY all@example.test", 250, "2.1.5", "<all@example.test>"},
          {"VRFY fwd@example.test", 251, "2.1.5", "not here, will forward to <x@far.test>"},
          {"VRFY old@example.test", 551, "5.1.6", "has moved, please try <new@far.test>"},
          {"VRFY nobody", 550, "5.1.1", ""},
          {"VRFY x@far.test", 252, "2.5.2", ""},
          {"VRFY a b", 501, "5.5.4", ""},
          {"VRFY <bob@example.test> x", 501, "5.5.4", ""},
          {"VRFY <>", 501, "5.5.4", ""},
          {"VRFY gr\xc3\xbc@example.test", 553, "5.6.7", ""}});
  expect(config(false, false),
         {{"VRFY bob", 252, "2.5.2", ""}, {"VRFY fwd", 252, "2.5.2", ""}, {"VRFY old", 252, "2.5.2", ""}});
}

TEST(ServerQuery, ExpandsWhenItMay) {
  expect(config(false, true), {{"EXPN all", 250, "2.1.5", "<x@far.test>"},
                               {"EXPN nobody", 550, "5.1.1", ""},
                               {"EXPN x@far.test", 550, "5.1.1", ""},
                               {"EXPN <", 501, "5.5.4", ""}});
  expect(config(true, false), {{"EXPN all", 502, "5.5.1", ""}});
}

TEST(ServerQuery, ARecipientWhoseMailGoesElsewhere) {
  expect(config(true, false),
         {{"RCPT TO:<fwd@example.test>", 251, "2.1.5", "not here, will forward to <x@far.test>"},
          {"RCPT TO:<all@example.test>", 250, "2.1.5", ""},
          {"RCPT TO:<bob@example.test>", 250, "2.1.5", ""},
          {"RCPT TO:<old@example.test>", 551, "5.1.6", "has moved, please try <new@far.test>"}},
         true);
  expect(config(false, false),
         {{"RCPT TO:<fwd@example.test>", 250, "2.1.5", ""},
          {"RCPT TO:<old@example.test>", 551, "5.1.6", ""},
          {"RCPT TO:<old@far.test>", 250, "2.1.5", ""},
          {"RCPT TO:<x@silent.test>", 556, "5.1.10", ""}},
         true);
  auto stranger = config(false, false);
  stranger.relay = false;
  expect(stranger, {{"RCPT TO:<x@silent.test>", 550, "5.7.1", ""}}, true);
}

TEST(ServerQuery, StatusTellsWhatTheClientKnows) {
  const Town town;
  smtp::Server server(config(false, false), town);
  const auto status = [&] {
    std::string out;
    for (const auto& line : server.on_line("help Status").reply.lines) out += line + "|";
    return out;
  };
  EXPECT_EQ(
      status(),
      "mx.test tubepost|no name given|in the clear|nobody has logged in|no message begun|0 errors of 20|");
  (void)server.on_line("EHLO c.test");
  (void)server.on_line("MAIL FROM:<a@b.test>");
  (void)server.on_line("RCPT TO:<bob@example.test>");
  (void)server.on_line("RCPT TO:<nobody@example.test>");
  (void)server.on_line("BDAT 7");
  (void)server.chunk_taken(7);
  EXPECT_NE(status().find("|you are c.test|"), std::string::npos);
  EXPECT_NE(status().find("|a message from <a@b.test> to 1 recipients, 7 octets so far|1 errors of 20|"),
            std::string::npos)
      << status();
}

TEST(ServerQuery, HelpOnEveryCommand) {
  const Town town;
  smtp::Server server(config(false, false), town);
  for (const char* verb : {"HELO", "EHLO", "LHLO", "MAIL", "RCPT", "DATA", "BDAT", "RSET", "NOOP", "VRFY",
                           "EXPN", "AUTH", "STARTTLS", "HELP", "QUIT"}) {
    const auto reply = server.on_line(std::string("HELP ") + verb).reply;
    EXPECT_EQ(reply.code, 214) << verb;
    EXPECT_NE(reply.lines.at(0).find(verb), std::string::npos) << verb;
  }
}

}  // namespace
}  // namespace server_query_test
