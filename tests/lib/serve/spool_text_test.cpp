#include "serve/spool_text.hpp"

#include <gtest/gtest.h>

namespace spool_text_test {
namespace {

constexpr std::uint64_t now = 1'700'000'000;  // 2023-11-14T22:13:20Z

serve::SpoolRow row(std::uint64_t due = now + 1800) {
  serve::SpoolRow out{{due, "6c30qmg84shle", "far.test"}, "deferred", now - 90, {}, {}};
  spool::Envelope envelope;
  envelope.sender = "alice@x.test";
  envelope.length = 1234;
  envelope.recipients = {{"bob@far.test"}, {"eve\x1b@far.test", spool::Status::done, "NOTIFY=NEVER"}};
  out.envelope = std::make_shared<const spool::Envelope>(envelope);
  out.notes = {{now - 80, "bob@far.test", "deferred", "4.4.1 \"no\""}};
  return out;
}

TEST(SpoolText, TimesAndSpans) {
  EXPECT_EQ(serve::iso_time(now), "2023-11-14T22:13:20Z");
  EXPECT_EQ(serve::iso_time(253'402'300'799), "9999-12-31T23:59:59Z");
  EXPECT_EQ(serve::iso_time(UINT64_MAX), "-");
  for (const auto& [seconds, text] : {std::pair<std::uint64_t, const char*>{0, "0s"},
                                      {59, "59s"},
                                      {60, "1m"},
                                      {3599, "59m"},
                                      {3600, "1h"},
                                      {11'100, "3h5m"},
                                      {86'400, "1d"},
                                      {187'200, "2d4h"}})
    EXPECT_EQ(serve::span_text(seconds), text);
}

TEST(SpoolText, Rows) {
  EXPECT_EQ(serve::text_row(row(), {now}),
            "6c30qmg84shle deferred 2023-11-14T22:11:50Z 2023-11-14T22:43:20Z far.test\n");
  EXPECT_EQ(serve::text_row(row(spool::held_due), {now}),
            "6c30qmg84shle deferred 2023-11-14T22:11:50Z -                    far.test\n");
  EXPECT_EQ(serve::text_row(row(), {now, true}), "6c30qmg84shle deferred 1m      in 30m    far.test\n");
  EXPECT_EQ(serve::text_row(row(now), {now, true}), "6c30qmg84shle deferred 1m      now       far.test\n");
  EXPECT_NE(serve::text_row(row(), {now, true, true}).find("\x1b[33mdeferred\x1b[0m"), std::string::npos);
  EXPECT_EQ(serve::text_heading({now}), "");
  // Columns stand under their names.
  const auto heading = serve::text_heading({now, true});
  const auto line = serve::text_row(row(), {now, true});
  for (const auto& [name, value] :
       {std::pair{"STATE", "deferred"}, {"AGE", "1m"}, {"NEXT", "in 30m"}, {"DESTINATION", "far.test"}})
    EXPECT_EQ(heading.find(name), line.find(value)) << name;
}

TEST(SpoolText, DetailsAreSafeOnATerminal) {
  EXPECT_EQ(serve::text_row(row(), {now, false, false, true}),
            "6c30qmg84shle deferred 2023-11-14T22:11:50Z 2023-11-14T22:43:20Z far.test\n"
            "    1234 octets from <alice@x.test>\n"
            "    todo <bob@far.test>\n"
            "         2023-11-14T22:12:00Z deferred 4.4.1 \"no\"\n"
            "    done <eve\\x1b@far.test>\n");
}

TEST(SpoolText, Json) {
  EXPECT_EQ(serve::json_row(row(spool::held_due), false),
            "{\"id\":\"6c30qmg84shle\",\"state\":\"deferred\",\"arrived\":1699999910,\"due\":null,"
            "\"destination\":\"far.test\"}\n");
  EXPECT_EQ(serve::json_row(row(), true),
            "{\"id\":\"6c30qmg84shle\",\"state\":\"deferred\",\"arrived\":1699999910,\"due\":1700001800,"
            "\"destination\":\"far.test\",\"sender\":\"alice@x.test\",\"size\":1234,\"recipients\":["
            "{\"address\":\"bob@far.test\",\"status\":\"todo\",\"last\":{\"time\":1699999920,\"event\":"
            "\"deferred\","
            "\"text\":\"4.4.1 \\\"no\\\"\"}},"
            "{\"address\":\"eve\\u001b@far.test\",\"status\":\"done\",\"parameters\":\"NOTIFY=NEVER\"}]}\n");
  EXPECT_NE(serve::json_row(row(), true, true).find("\"attempts\":[{\"time\":1699999920,"),
            std::string::npos);
  EXPECT_NE(serve::json_row(row(), true, true).find("\"attempts\":[]"), std::string::npos);
}

TEST(SpoolText, Mailq) {
  auto active = row();
  active.state = "active";
  EXPECT_EQ(serve::mailq_row(active),
            "6c30qmg84shle*      1234 Tue Nov 14 22:11:50  alice@x.test\n"
            "(4.4.1 \"no\")\n"
            "                                         bob@far.test\n\n");
  auto unread = row();
  unread.envelope.reset();
  EXPECT_EQ(serve::mailq_row(unread),
            "6c30qmg84shle          ? Tue Nov 14 22:11:50  ?\n"
            "                                         ?@far.test\n\n");
  EXPECT_EQ(serve::mailq_end(0, 0), "Mail queue is empty\n");
  EXPECT_EQ(serve::mailq_end(1, 1), "-- 1 Kbytes in 1 Request.\n");
  EXPECT_EQ(serve::mailq_end(2, 1025), "-- 2 Kbytes in 2 Requests.\n");
}

}  // namespace
}  // namespace spool_text_test
