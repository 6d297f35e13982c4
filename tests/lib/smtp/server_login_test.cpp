#include <gtest/gtest.h>

#include <algorithm>

#include "smtp/server.hpp"

namespace server_login_test {
namespace {

using sasl::Verdict;

class Town : public smtp::Policy {
 public:
  bool is_local_domain(std::string_view domain) const override { return domain == "example.test"; }
  bool has_user(std::string_view local) const override { return local == "bob"; }
  bool has_route(std::string_view domain) const override { return domain != "unrouted.test"; }
  std::string login_of(const std::string& name) const override {
    return name == "bob@example.test" ? "bob" : name;
  }
  bool may_send_as(std::string_view user, const smtp::Path& sender) const override {
    return sender.local != "root" || user == "root";
  }
};

const std::vector<std::string> all = {"PLAIN",    "LOGIN",       "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS",
                                      "EXTERNAL", "OAUTHBEARER", "XOAUTH2"};

smtp::ServerConfig submission(sasl::Terms terms) {
  smtp::ServerConfig out;
  out.hostname = "mx.test";
  out.submission = true;
  out.login = std::move(terms);
  out.nonce = "0123456789abcdefgh";
  return out;
}

const sasl::Terms secret = {.mechanisms = {"PLAIN"}, .secret = true};

struct Talk {
  const Town town;
  smtp::Server server;
  explicit Talk(smtp::ServerConfig config) : server(std::move(config), town) {}
  smtp::Step on(std::string_view line) { return server.on_line(line); }
  int code(std::string_view line) { return on(line).reply.code; }
  /// What EHLO says behind AUTH.
  std::string offered() {
    for (const auto& line : on("EHLO x").reply.lines) {
      if (line.starts_with("AUTH")) return line;
    }
    return "";
  }
};

// AG4AcA== is "n" with the password "p", Ym9i is "bob".

TEST(ServerLogin, EveryStateOfASubmission) {
  struct Row {
    const char* line;
    int codes[4];  // fresh, after EHLO, logged in, logged in and after MAIL
  };
  const Row rows[] = {
      {"MAIL FROM:<a@b.test>", {503, 530, 250, 503}},
      {"RCPT TO:<x@elsewhere.test>", {503, 503, 503, 250}},
      {"RCPT TO:<x@unrouted.test>", {503, 503, 503, 550}},
      {"RCPT TO:<nobody@example.test>", {503, 503, 503, 550}},
      {"AUTH PLAIN", {503, 334, 503, 503}},
      {"AUTH PLAIN AG4AcA==", {503, 0, 503, 503}},
      {"AUTH PLAIN !", {503, 501, 503, 503}},
      {"AUTH PLAIN =", {503, 501, 503, 503}},
      {"AUTH LOGIN", {503, 534, 503, 503}},
      {"AUTH CRAM-MD5", {503, 534, 503, 503}},
      {"AUTH XYZZY", {503, 504, 503, 503}},
      {"AUTH", {501, 501, 501, 501}},
      {"HELO x", {250, 250, 250, 250}},
      {"QUIT", {221, 221, 221, 221}},
  };
  for (const auto& row : rows) {
    for (int state = 0; state < 4; ++state) {
      Talk talk(submission(secret));
      if (state > 0) (void)talk.on("EHLO x");
      if (state > 1) {
        EXPECT_EQ(talk.on("AUTH PLAIN AG4AcA==").next, smtp::Next::authenticate);
        EXPECT_EQ(talk.server.on_answer({Verdict::granted}).reply.code, 235);
        EXPECT_EQ(talk.server.user(), "n");
      }
      if (state > 2) (void)talk.on("MAIL FROM:<a@b.test>");
      EXPECT_EQ(talk.code(row.line), row.codes[state]) << row.line << " in " << state;
    }
  }
}

TEST(ServerLogin, OffersWhatTheConnectionAllows) {
  const struct {
    sasl::Terms terms;
    const char* line;
    std::pair<const char*, int> codes[6];
  } rows[] = {
      {{.mechanisms = all},
       "",
       {{"AUTH PLAIN", 538},
        {"AUTH login", 538},
        {"AUTH XOAUTH2", 538},
        {"AUTH EXTERNAL", 504},
        {"AUTH SCRAM-SHA-256-PLUS", 504},
        {"AUTH SCRAM-SHA-256", 538}}},
      {{.mechanisms = all, .secret = true},
       "AUTH PLAIN LOGIN SCRAM-SHA-256 OAUTHBEARER XOAUTH2",
       {{"AUTH PLAIN", 334},
        {"AUTH login", 334},
        {"AUTH XOAUTH2", 334},
        {"AUTH EXTERNAL", 504},
        {"AUTH SCRAM-SHA-256-PLUS", 504},
        {"AUTH DIGEST-MD5", 534}}},
      {{.mechanisms = all, .secret = true, .exporter = "x", .identity = "bob"},
       "AUTH PLAIN LOGIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS EXTERNAL OAUTHBEARER XOAUTH2",
       {{"AUTH EXTERNAL =", 0},
        {"AUTH EXTERNAL", 334},
        {"AUTH EXTERNAL YWxpY2U=", 535},
        {"AUTH SCRAM-SHA-256-PLUS", 334},
        {"AUTH OAUTHBEARER", 334},
        {"AUTH ANONYMOUS", 504}}},
      {{.mechanisms = {"SCRAM-SHA-256"}, .secret = true},
       "AUTH SCRAM-SHA-256",
       {{"AUTH PLAIN", 534},
        {"AUTH LOGIN", 534},
        {"AUTH NTLM", 534},
        {"AUTH XOAUTH2", 504},
        {"AUTH EXTERNAL", 504},
        {"AUTH SCRAM-SHA-1", 534}}},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(Talk(submission(row.terms)).offered(), row.line);
    for (const auto& [line, code] : row.codes) {
      Talk talk(submission(row.terms));
      (void)talk.on("EHLO x");
      EXPECT_EQ(talk.code(line), code) << line << " of " << row.line;
    }
  }
}

TEST(ServerLogin, TheEndOfAnExchange) {
  const struct {
    std::optional<Verdict> verdict;  // nothing: the response decides
    const char* response;
    int code;
    const char* enhanced;
  } rows[] = {{Verdict::granted, "AG4AcA==", 235, "2.7.0"},
              {Verdict::denied, "AG4AcA==", 535, "5.7.8"},
              {Verdict::expired, "AG4AcA==", 535, "5.7.8"},
              {Verdict::temporary, "AG4AcA==", 454, "4.7.0"},
              {{}, "*", 501, "5.5.2"},
              {{}, "!", 501, "5.5.2"},
              {{}, "QQBuAHA=", 535, "5.7.8"}};
  for (const auto& row : rows) {
    Talk talk(submission(secret));
    EXPECT_EQ(talk.offered(), "AUTH PLAIN");
    EXPECT_EQ(talk.on("AUTH PLAIN").next, smtp::Next::response);
    auto step = talk.server.on_response(row.response);
    if (row.verdict) {
      EXPECT_EQ(step.next, smtp::Next::authenticate);
      EXPECT_EQ(step.question.name + "/" + step.question.secret, "n/p");
      step = talk.server.on_answer({*row.verdict});
    }
    EXPECT_EQ(step.reply.code, row.code) << row.response;
    EXPECT_EQ(step.reply.enhanced, row.enhanced) << row.response;
    EXPECT_EQ(step.next, smtp::Next::command);
    EXPECT_EQ(talk.server.user(), row.code == 235 ? "n" : "");
    EXPECT_EQ(talk.server.on_response("AG4AcA==").reply.code, 503);
  }
}

TEST(ServerLogin, LoginInTwoLines) {
  Talk talk(submission({.mechanisms = {"LOGIN"}, .secret = true}));
  (void)talk.on("EHLO x");
  EXPECT_EQ(talk.on("AUTH LOGIN").reply.lines[0], "VXNlcm5hbWU6");
  EXPECT_EQ(talk.server.on_response("Ym9i").reply.code, 334);
  EXPECT_EQ(talk.server.on_response("cA==").question.name, "bob");
  EXPECT_EQ(talk.server.on_answer({Verdict::granted}).reply.code, 235);
  EXPECT_EQ(talk.server.user(), "bob");
  EXPECT_EQ(talk.code("MAIL FROM:<root@example.test>"), 550);
  EXPECT_EQ(talk.code("MAIL FROM:<bob@example.test> HOLDFOR=60"), 250);
}

TEST(ServerLogin, AnAddressIsAskedAboutAsItsUser) {
  Talk talk(
      submission({.mechanisms = {"PLAIN", "EXTERNAL"}, .secret = true, .identity = "bob@example.test"}));
  (void)talk.on("EHLO x");
  EXPECT_EQ(talk.on("AUTH PLAIN AGJvYkBleGFtcGxlLnRlc3QAcA==").question.name, "bob");
  EXPECT_EQ(talk.server.on_answer({Verdict::denied}).reply.code, 535);
  EXPECT_EQ(talk.server.user(), "");
  // Whom the certificate names is compared with this, and so is whose that is.
  const auto external = talk.on("AUTH EXTERNAL =");
  EXPECT_EQ(external.question.name, "bob@example.test");
  EXPECT_EQ(external.question.secret, "bob");
  EXPECT_EQ(talk.server.on_answer({Verdict::granted}).reply.code, 235);
  EXPECT_EQ(talk.server.user(), "bob");
  EXPECT_EQ(talk.server.login(), "bob");
  EXPECT_EQ(talk.server.said(), "bob@example.test");
}

TEST(ServerLogin, EveryExchangeHasANonceOfItsOwn) {
  Talk talk(submission({.mechanisms = {"SCRAM-SHA-256"}, .secret = true}));
  (void)talk.on("EHLO x");
  std::string challenges[2];
  for (auto& challenge : challenges) {
    EXPECT_EQ(talk.on("AUTH SCRAM-SHA-256 biwsbj1ib2Iscj14").next, smtp::Next::authenticate);
    challenge = talk.server.on_answer({Verdict::granted, "4096,c2FsdA=="}).reply.lines.at(0);
    EXPECT_EQ(talk.server.on_response("*").reply.code, 501);
  }
  EXPECT_NE(challenges[0], challenges[1]);
}

TEST(ServerLogin, TheThirdFailureIsTheLast) {
  Talk talk(submission(secret));
  (void)talk.on("EHLO x");
  for (const int code : {535, 535, 421}) {
    EXPECT_EQ(talk.on("AUTH PLAIN AG4AcA==").next, smtp::Next::authenticate);
    const auto step = talk.server.on_answer({Verdict::denied});
    EXPECT_EQ(step.reply.code, code);
    EXPECT_EQ(step.next == smtp::Next::close, code == 421);
  }
  EXPECT_EQ(talk.server.login_unavailable().reply.code, 454);
  EXPECT_EQ(talk.server.login_unavailable().next, smtp::Next::close);
}

TEST(ServerLogin, TlsBringsOtherTerms) {
  auto config = submission({.mechanisms = {"PLAIN"}});
  config.tls = true;
  Talk talk(config);
  EXPECT_EQ(talk.offered(), "");
  EXPECT_EQ(talk.code("AUTH PLAIN AG4AcA=="), 538);
  EXPECT_EQ(talk.on("MAIL FROM:<a@b.test>").reply.lines[0], "STARTTLS and log in first");
  (void)talk.on("EHLO x");
  EXPECT_EQ(talk.on("STARTTLS").next, smtp::Next::tls);
  talk.server.secured({.mechanisms = {"PLAIN", "EXTERNAL"}, .secret = true, .identity = "bob"});
  EXPECT_EQ(talk.server.on_response("AG4AcA==").reply.code, 503);
  EXPECT_EQ(talk.offered(), "AUTH PLAIN EXTERNAL");
  EXPECT_EQ(talk.on("AUTH EXTERNAL =").question.name, "bob");
}

TEST(ServerLogin, WhoHasLoggedInBeforeTlsHasNotBehindIt) {
  auto config = submission(secret);
  config.tls = true;
  Talk talk(config);
  (void)talk.on("EHLO x");
  (void)talk.on("AUTH PLAIN AG4AcA==");
  EXPECT_EQ(talk.server.on_answer({Verdict::granted}).reply.code, 235);
  (void)talk.on("STARTTLS");
  talk.server.secured(secret);
  EXPECT_EQ(talk.server.user(), "");
  (void)talk.on("EHLO x");
  EXPECT_EQ(talk.code("MAIL FROM:<a@b.test>"), 530);
}

TEST(ServerLogin, WhereNobodyLogsInTlsOffersNothing) {
  smtp::ServerConfig config = {"mx.test"};
  config.tls = true;
  Talk talk(config);
  (void)talk.on("STARTTLS");
  talk.server.secured(secret);
  EXPECT_EQ(talk.offered(), "");
  EXPECT_EQ(talk.code("AUTH PLAIN"), 502);
}

TEST(ServerLogin, OnlyAuthMayBeLong) {
  Talk talk(submission(secret));
  (void)talk.on("EHLO x");
  EXPECT_GE(talk.server.line_limit(), sasl::line_limit);
  EXPECT_EQ(talk.code("NOOP " + std::string(3000, 'x')), 500);
  EXPECT_EQ(talk.on("BDAT 5" + std::string(3000, ' ')).next, smtp::Next::close);
  EXPECT_EQ(talk.code("AUTH PLAIN " + std::string(4000, 'A')), 501);
  EXPECT_EQ(talk.code("AUTH PLAIN"), 334);
  EXPECT_EQ(talk.server.response_too_long().reply.enhanced, "5.5.6");
  EXPECT_EQ(talk.server.on_response("AG4AcA==").reply.code, 503);
  (void)talk.on("AUTH PLAIN AG4AcA==");
  (void)talk.server.on_answer({Verdict::granted});
  EXPECT_EQ(talk.server.line_limit(), smtp::command_limit);
}

}  // namespace
}  // namespace server_login_test
