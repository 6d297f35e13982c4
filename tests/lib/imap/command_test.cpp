#include "imap/command.hpp"

#include <gtest/gtest.h>

namespace command_test {
namespace {

template <class Wanted>
Wanted parse(std::string_view text) {
  auto tagged = imap::parse_command(text);
  EXPECT_EQ(tagged.tag, "t") << text;
  const auto* found = std::get_if<Wanted>(&tagged.command);
  const auto* bad = std::get_if<imap::Bad>(&tagged.command);
  EXPECT_NE(found, nullptr) << text << ": " << (bad == nullptr ? "" : bad->what);
  return found == nullptr ? Wanted{} : *found;
}

TEST(Command, EveryVerb) {
  EXPECT_EQ(parse<imap::Plain>("t NOOP").verb, imap::Verb::noop);
  EXPECT_EQ(parse<imap::Plain>("t logout").verb, imap::Verb::logout);
  EXPECT_EQ(parse<imap::Plain>("t ID NIL").verb, imap::Verb::id);
  EXPECT_EQ(parse<imap::Plain>("t ID (\"name\" \"x\" \"version\" NIL)").verb, imap::Verb::id);
  EXPECT_EQ(parse<imap::Login>("t LOGIN a {3}\r\np w").password, "p w");
  EXPECT_EQ(parse<imap::Authenticate>("t AUTHENTICATE plain AGE=").response, "AGE=");
  EXPECT_TRUE(parse<imap::Select>("t EXAMINE inbox").read_only);
  EXPECT_EQ(parse<imap::Select>("t SELECT inbox").mailbox, "INBOX");
  EXPECT_EQ(parse<imap::OnMailbox>("t CREATE a.b.").mailbox, "a.b");
  EXPECT_EQ(parse<imap::OnMailbox>("t DELETE \"a b\"").what, imap::On::remove);
  EXPECT_EQ(parse<imap::Rename>("t RENAME a b").to, "b");
  EXPECT_EQ(parse<imap::List>("t LIST \"\" %").patterns.front(), "%");
  EXPECT_TRUE(parse<imap::List>("t LSUB \"\" \"*\"").lsub);
  EXPECT_EQ(parse<imap::AskStatus>("t STATUS a (UNSEEN MESSAGES)").items.size(), 2u);
  const auto append = parse<imap::Append>("t APPEND a (\\Seen) \"17-Jul-1996 02:44:25 -0700\" {4}\r\nA: b");
  EXPECT_EQ(append.messages.front().date, 837596665u);
  EXPECT_EQ(append.messages.front().flags.system, imap::seen);
  EXPECT_EQ(
      parse<imap::Fetch>("t FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (To \"From\")]<0.10>)").items.size(),
      2u);
  EXPECT_EQ(parse<imap::Fetch>("t UID FETCH 1 FULL").items.size(), 5u);
  const auto store = parse<imap::StoreFlags>("t UID STORE 1 -FLAGS.SILENT (\\Seen $x)");
  EXPECT_TRUE(store.silent && store.uid && store.change == imap::Change::remove);
  EXPECT_EQ(parse<imap::StoreFlags>("t STORE 1 +FLAGS \\Seen \\Draft").flags.system,
            imap::seen | imap::draft);
  EXPECT_TRUE(parse<imap::Copy>("t UID MOVE 1 a").move);
  EXPECT_EQ(parse<imap::Search>("t SEARCH CHARSET UTF-8 OR SEEN (NOT FROM {1}\r\nx 1:3)").key.children.size(),
            1u);
  parse<imap::UidExpunge>("t UID EXPUNGE 1:3");
}

TEST(Command, SectionsKeepTheNameOfTheAnswer) {
  const struct {
    const char* item;
    const char* name;
  } rows[] = {{"BODY[]", "BODY[]"},
              {"BODY.PEEK[1.2.mime]", "BODY[1.2.MIME]"},
              {"BODY[TEXT]<5.10>", "BODY[TEXT]<5>"},
              {"BODY[1.HEADER.FIELDS.NOT (a \"b\")]", "BODY[1.HEADER.FIELDS.NOT (a b)]"},
              {"BODY[HEADER.FIELDS ({3}\r\na\"b \"c\\\\d\" \"\" \"e]\" \"f\")]",
               "BODY[HEADER.FIELDS (\"a\\\"b\" \"c\\\\d\" \"\" \"e]\" f)]"},
              {"RFC822.TEXT", "RFC822.TEXT"}};
  for (const auto& row : rows) {
    EXPECT_EQ(parse<imap::Fetch>("t FETCH 1 " + std::string(row.item)).items.at(0).name, row.name);
  }
}

TEST(Command, WrongOnesAreBad) {
  for (const char* text : {"t",
                           "t ",
                           "t XYZZY",
                           "t NOOP x",
                           "t LOGIN a",
                           "t SELECT",
                           "t FETCH 1 BODY[0]",
                           "t FETCH 1 BODY[1..2]",
                           "t FETCH 1 BODY[MIME]",
                           "t FETCH x FLAGS",
                           "t FETCH 1 (FLAGS",
                           "t FETCH 1 BODY[]<0.0>",
                           "t STORE 1 FLAGS (\\Recent)",
                           "t APPEND a {0}\r\n",
                           "t SEARCH",
                           "t SEARCH XYZZY",
                           "t SEARCH BEFORE x",
                           "t UID NOOP",
                           "t STATUS a ()",
                           "t STATUS a (X)",
                           "t LIST \"\"",
                           "t FETCH 1 (FLAGS)x",
                           "t SELECT \xff"}) {
    EXPECT_TRUE(std::holds_alternative<imap::Bad>(imap::parse_command(text).command)) << text;
  }
  EXPECT_EQ(imap::parse_command("").tag, "*");
  const auto texts = [](std::size_t count) {
    std::string out = "t SEARCH";
    for (std::size_t i = 0; i < count; ++i) out += i % 2 == 0 ? " TEXT x" : " (OR BODY y ALL)";
    return imap::parse_command(out).command;
  };
  EXPECT_TRUE(std::holds_alternative<imap::Search>(texts(32)));
  EXPECT_TRUE(std::holds_alternative<imap::Bad>(texts(33)));
  const auto list = [](std::size_t size) {
    return imap::parse_command("t LIST \"\" " + std::string(size, '*')).command;
  };
  EXPECT_TRUE(std::holds_alternative<imap::List>(list(1000)));
  EXPECT_TRUE(std::holds_alternative<imap::Bad>(list(1001)));
  std::string deep = "t SEARCH ";
  for (int i = 0; i < 100'000; ++i) deep += "(";
  EXPECT_TRUE(std::holds_alternative<imap::Bad>(imap::parse_command(deep).command));
}

}  // namespace
}  // namespace command_test
