#include "serve/delivery_round.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "serve/clock.hpp"
#include "serve/lines.hpp"
#include "serve/parts_done.hpp"
#include "spool_site.hpp"

namespace delivery_round_test {
namespace {

using Names = std::vector<std::string>;

std::string errands(const std::string& user) {
  return serve::errand_line(serve::local_line(user));
}

/// alice and carol have instructions, bob a mailbox.
class RoundTest : public testing::Test {
 protected:
  RoundTest() {
    const auto id = std::to_string(getuid()) + ":" + std::to_string(getgid());
    for (const std::string name : {"alice", "bob", "carol"}) {
      std::filesystem::create_directory(site_.path() + "/" + name);
      users_ += name + ":*:" + id + "::" + site_.path() + "/" + name + "::\n";
      if (name == "bob") continue;
      const auto file = fs::open(site_.path() + "/" + name + "/.forward", O_WRONLY | O_CREAT, 0600).value();
      EXPECT_TRUE(fs::write_all(file.get(), site_.path() + "/" + name + "/box\n"));
    }
    policy_ = {auth::Accounts::parse("example.test\n", users_, "users").value(), "bob"};
    config_.hostname = config_.local.hostname = "mx.test";
    config_.spool = site_.path();
    entry_ =
        site_.put(serve::now_seconds(), "",
                  {"carol@example.test", "alice@example.test", "bob@example.test", "alice+x@example.test"});
  }
  /// Who has it afterwards.
  std::vector<std::string> run(const serve::Lane* lane) {
    serve::LocalDelivery local(config_.local);
    serve::RemoteHosts hosts("mx.test", 1000);
    auto message = site_.queue().open(entry_).value();
    const serve::Deadlines deadlines;
    serve::Round round(config_, policy_, message, deadlines, false);
    const auto finished = round.run({local, hosts, nullptr, lane});
    EXPECT_TRUE(finished);
    finished_ = finished && *finished;
    left_ = round.left();
    skipped_ = round.has_skipped();
    std::vector<std::string> out;
    for (const auto& name : {"alice/box", "bob/Maildir/new", "carol/box"}) {
      if (std::filesystem::exists(site_.path() + "/" + name)) out.emplace_back(name);
    }
    return out;
  }

  /// Makes the message so much older, that is to be there within 200 000 seconds; when it came.
  std::uint64_t age(std::uint64_t seconds) const {
    auto text = fs::read_all(site_.queue().path(entry_), 100'000).value();
    const auto received = site_.queue().open(entry_).value().envelope.received;
    const auto at = text.find(std::to_string(received));
    text.replace(at, std::to_string(received).size(), std::to_string(received - seconds));
    text.insert(text.find("to: "), "with: BY=200000;R\n");
    const auto file = fs::open(site_.queue().path(entry_), O_WRONLY | O_TRUNC).value();
    EXPECT_TRUE(fs::write_all(file.get(), text));
    return received - seconds;
  }

  void note(const std::string& text) const {
    const auto file = fs::open(site_.queue().path(entry_), O_WRONLY | O_APPEND).value();
    EXPECT_TRUE(fs::write_all(file.get(), text));
  }

  std::string notes() const { return fs::read_all(site_.queue().path(entry_), 100'000).value(); }

  SpoolSite site_;
  std::string users_;
  serve::AccountPolicy policy_;
  serve::DeliveryConfig config_;
  spool::Entry entry_;
  bool finished_ = false, skipped_ = false;
  serve::Lanes left_;
};

TEST_F(RoundTest, WithoutLinesEverybodyIsServed) {
  EXPECT_EQ(run(nullptr), (Names{"alice/box", "bob/Maildir/new", "carol/box"}));
  EXPECT_TRUE(finished_);
  EXPECT_TRUE(left_.empty());
}

TEST_F(RoundTest, WhoeverHasInstructionsIsServedInHisLineAlone) {
  serve::Lane lane = {"@bob"};
  EXPECT_EQ(run(&lane), Names{"bob/Maildir/new"});
  EXPECT_FALSE(finished_);
  EXPECT_TRUE(skipped_);
  EXPECT_EQ(left_, (serve::Lanes{errands("carol"), errands("alice")}));
  lane = {errands("carol"), true};
  EXPECT_EQ(run(&lane), (Names{"bob/Maildir/new", "carol/box"}));
  EXPECT_FALSE(finished_);
  EXPECT_TRUE(skipped_);
  EXPECT_TRUE(left_.empty());
  // Both of her addresses.
  lane = {errands("alice"), true};
  EXPECT_EQ(run(&lane), (Names{"alice/box", "bob/Maildir/new", "carol/box"}));
  EXPECT_TRUE(finished_);
}

TEST_F(RoundTest, TheOwnInstructionsHaveATurnOfTheirOwnToo) {
  const serve::Lane lane = {"@alice"};
  EXPECT_EQ(run(&lane), Names{"bob/Maildir/new"});
  EXPECT_EQ(left_, (serve::Lanes{errands("carol"), errands("alice")}));
}

TEST_F(RoundTest, OtherHostsHaveATurnInTheirLine) {
  policy_ = {auth::Accounts::parse("example.test\n", users_, "users").value(), "bob",
             smtp::Routes::parse("* 127.0.0.1:1\n", "routes").value()};
  entry_ =
      site_.put(serve::now_seconds(), "", {"x@a.test", "bob@example.test", "carol@example.test", "y@b.test"});
  serve::Lane lane = {"@bob"};
  EXPECT_EQ(run(&lane), Names{"bob/Maildir/new"});
  EXPECT_EQ(left_, (serve::Lanes{errands("carol"), "127.0.0.1:1"}));
  EXPECT_EQ(notes().find("@a.test deferred"), std::string::npos);
  lane = {"127.0.0.1:1", true};
  EXPECT_EQ(run(&lane), Names{"bob/Maildir/new"});
  EXPECT_TRUE(left_.empty());
  EXPECT_NE(notes().find("x@a.test deferred"), std::string::npos);
  EXPECT_NE(notes().find("y@b.test deferred"), std::string::npos);
  // Where the message is another host's in the first place all have their turn.
  lane = {"127.0.0.1:1"};
  EXPECT_EQ(run(&lane), Names{"bob/Maildir/new"});
  EXPECT_EQ(left_, serve::Lanes{errands("carol")});
}

TEST_F(RoundTest, WhoseProgramTakesLongKeepsTheMessageFromNobodyElse) {
  const auto script = site_.path() + "/wait";
  auto file = fs::open(script, O_WRONLY | O_CREAT, 0600).value();
  ASSERT_TRUE(
      fs::write_all(file.get(), "for i in $(seq 200); do\n[ $(find " + site_.path() +
                                    "/queue -type f | wc -l) -gt 1 ] && exit\nsleep 0.1\ndone\nexit 75\n"));
  file = fs::open(site_.path() + "/carol/.forward", O_WRONLY | O_TRUNC).value();
  ASSERT_TRUE(fs::write_all(file.get(), "\"|/bin/sh " + script + "\"\n"));
  if (geteuid() == 0) {  // as which no program is started
    ASSERT_EQ(chmod(site_.path().c_str(), 0755) + chmod(script.c_str(), 0644), 0);
    for (const std::string one : {"/carol", "/carol/.forward"})
      ASSERT_EQ(chown((site_.path() + one).c_str(), 65534, 65534), 0);
    policy_ = {
        auth::Accounts::parse("example.test\n",
                              users_.replace(users_.find("carol:*:0:0") + 8, 3, "65534:65534"), "users")
            .value(),
        "bob"};
  }
  const serve::Lane lane = {errands("carol"), true, {errands("alice")}};
  const auto came = age(100'000);
  // Of alice's one part was done in an earlier turn, and a crash has left half a line.
  ASSERT_TRUE(
      serve::note_parts(site_.queue().open(entry_).value(), "alice@example.test", {"0123456789abcdef"}));
  note("half");
  testing::internal::CaptureStderr();
  run(&lane);
  EXPECT_NE(testing::internal::GetCapturedStderr().find(" set-apart id="), std::string::npos);
  EXPECT_TRUE(finished_) << notes();
  EXPECT_TRUE(left_.empty());
  auto all = site_.queue().scan().value();
  std::erase(all, entry_);
  ASSERT_EQ(all.size(), 1u);
  const auto rest = site_.queue().open(all[0]).value().envelope.recipients;
  ASSERT_EQ(rest.size(), 3u);
  for (const auto& one : rest) EXPECT_EQ(one.status, spool::Status::todo);
  EXPECT_EQ(rest[0].address, "alice@example.test");
  EXPECT_EQ(rest[2].address, "alice+x@example.test");
  // They are as old as they were, and nothing is done again.
  const auto copy = site_.queue().open(all[0]).value();
  EXPECT_EQ(copy.envelope.received, came);
  EXPECT_GT(all[0].due, came + 99'000);
  EXPECT_EQ(copy.envelope.parameters, "BY=200000;R");
  EXPECT_EQ(serve::parts_done(copy, "alice@example.test"), Names{"0123456789abcdef"});
  // Nobody would take it up today: what the program waits for does not come, for as long as it may.
  config_.once = true;
  config_.local.rules.program_seconds = 2;
  for (const auto& entry : site_.queue().scan().value()) std::filesystem::remove(site_.queue().path(entry));
  entry_ = site_.put(serve::now_seconds(), "", {"carol@example.test", "alice@example.test"});
  run(&lane);
  EXPECT_FALSE(finished_);
  EXPECT_EQ(site_.queue().scan().value().size(), 1u);
}

TEST_F(RoundTest, OneMailboxHasOneCopyAndItsFateIsThatOfAllItsNames) {
  serve::AddressRules rules;
  rules.aliases = smtp::Aliases::parse("info: bob\nhelp: info\nteam: bob, carol\n", "aliases", {}).value();
  policy_ = {auth::Accounts::parse("example.test\n", users_, "users").value(), "bob", {}, rules};
  const std::vector<std::string> names = {"info@example.test", "team@example.test", "bob@example.test",
                                          "bob+x@example.test", "help@example.test"};
  const auto copies = [&] {
    return std::distance(std::filesystem::directory_iterator(site_.path() + "/bob/Maildir/new"), {});
  };
  entry_ = site_.put(serve::now_seconds(), "", names);
  run(nullptr);
  EXPECT_TRUE(finished_);
  EXPECT_EQ(copies(), 2);
  // Carol alone is left of the team.
  std::size_t copies_for_others = 0;
  for (const auto& entry : site_.queue().scan().value()) {
    const auto envelope = site_.queue().open(entry).value().envelope;
    if (!envelope.expanded) continue;
    ++copies_for_others;
    ASSERT_EQ(envelope.recipients.size(), 1u);
    EXPECT_EQ(envelope.recipients[0].address, "carol");
  }
  EXPECT_EQ(copies_for_others, 1u);
  // A crash has left one of its names done.
  entry_ = site_.put(serve::now_seconds(), "", names);
  auto message = site_.queue().open(entry_).value();
  ASSERT_TRUE(spool::Queue::mark(message, 2, spool::Status::done));
  run(nullptr);
  EXPECT_TRUE(finished_);
  EXPECT_EQ(copies(), 3);
  // What an alias leads to now has not got what it led elsewhere then.
  entry_ = site_.put(serve::now_seconds(), "", {names[0], names[2]});
  message = site_.queue().open(entry_).value();
  ASSERT_TRUE(spool::Queue::mark(message, 0, spool::Status::done));
  run(nullptr);
  EXPECT_TRUE(finished_);
  EXPECT_EQ(copies(), 4);
  // One that cannot have it now.
  std::filesystem::remove_all(site_.path() + "/bob/Maildir");
  ASSERT_TRUE(fs::open(site_.path() + "/bob/Maildir", O_WRONLY | O_CREAT, 0600));
  entry_ = site_.put(serve::now_seconds(), "", {names[0], names[2]});
  run(nullptr);
  EXPECT_FALSE(finished_);
  EXPECT_NE(notes().find("info@example.test deferred"), std::string::npos) << notes();
  EXPECT_NE(notes().find("bob@example.test deferred"), std::string::npos) << notes();
}

/// The first has it, the second waits.
class HalfWilling : public serve::Remote {
 public:
  base::Result<std::vector<serve::Attempt>> deliver(const serve::Destination&, const spool::Message&,
                                                    const std::vector<spool::Recipient>&) override {
    return std::vector<serve::Attempt>{{serve::Outcome::delivered, "2.0.0", "ok", "far.test"},
                                       {serve::Outcome::deferred, "4.2.1", "later", "far.test"}};
  }
};

TEST_F(RoundTest, AWarningThatCannotBeWrittenCostsNobodyHisMark) {
  policy_ = {auth::Accounts::parse("example.test\n", users_, "users").value(), "bob",
             smtp::Routes::parse("* 127.0.0.1:1\n", "routes").value()};
  entry_ = site_.put(serve::now_seconds(), "bob@example.test", {"x@a.test", "y@a.test"});
  serve::LocalDelivery local(config_.local);
  HalfWilling remote;
  auto message = site_.queue().open(entry_).value();
  // The disk gives less than there was.
  message.envelope.length = 100'000;
  message.text.clear();
  serve::Deadlines deadlines;
  deadlines.warns = 1;
  serve::Round round(config_, policy_, message, deadlines, false);
  (void)round.run({local, remote});
  EXPECT_NE(notes().find("to: done <x@a.test>"), std::string::npos) << notes();
  EXPECT_NE(notes().find("to: todo <y@a.test>"), std::string::npos) << notes();
}

TEST_F(RoundTest, WhoMayRunAnyProgramIsServedInHisLine) {
  config_.local.program = "/bin/true";
  const serve::Lane lane = {"@bob"};
  EXPECT_TRUE(run(&lane).empty());
  EXPECT_EQ(left_, (serve::Lanes{errands("carol"), errands("alice"), errands("bob")}));
}

}  // namespace
}  // namespace delivery_round_test
