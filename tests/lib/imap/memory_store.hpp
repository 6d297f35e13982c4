// Mailboxes in memory, which several sessions may share.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "imap/flags.hpp"
#include "imap/session.hpp"

struct MemoryBox {
  std::vector<imap::Message> messages;
  std::map<std::uint32_t, std::string> texts;
  std::map<std::pair<std::uint32_t, imap::Fact>, std::string> facts;  // that sessions have kept
  std::set<std::uint32_t> broken;                                     // cannot be read
  base::Exit breaks = base::Exit::io;
  std::size_t reads = 0;
  std::uint32_t uid_next = 1;
  std::uint64_t modseq = 1;
  std::uint32_t validity = 7;
  std::uint64_t now = 837596665 + 1000;
  std::uint64_t takes = 0;                         // seconds that reading a message takes
  base::Result<void> refreshes;                    // what a look at it comes to
  std::size_t refreshes_left = SIZE_MAX;           // then it cannot be looked at any more
  base::Result<void> stores;                       // what a change of flags comes to
  std::function<void()> meanwhile;                 // what another session does just before one
  std::function<void()> when_left;                 // as a session leaves it
  bool keeps = false;                              // what is to be expunged, another has taken the flag off
  std::map<std::uint32_t, std::uint64_t> removed;  // UIDs, and at which mod-sequence

  void add(std::string text, imap::Flags flags = {}) {
    messages.push_back({uid_next, ++modseq, 837596665, std::move(flags), false, 837600000});
    texts[uid_next++] = std::move(text);
  }

  /// As another session does it.
  void remove(std::uint32_t uid) {
    std::erase_if(messages, [uid](const imap::Message& one) { return one.uid == uid; });
    texts.erase(uid);
    removed[uid] = ++modseq;
  }
  void flag(std::uint32_t uid, unsigned flags) {
    for (auto& one : messages) {
      if (one.uid != uid) continue;
      one.flags.system = flags;
      one.modseq = ++modseq;
    }
  }
};

class MemoryStore;

class MemoryMailbox : public imap::Mailbox {
 public:
  MemoryMailbox(MemoryStore& store, MemoryBox& box) : store_(store), box_(box) {}
  ~MemoryMailbox() override {
    if (box_.when_left) box_.when_left();
  }
  const imap::Message* find(std::uint32_t uid) const override {
    const auto found =
        std::find_if(seen_.begin(), seen_.end(), [&](const imap::Message& one) { return one.uid == uid; });
    return found == seen_.end() ? nullptr : &*found;
  }
  Outline outline() const override {
    Outline out;
    out.first_unseen = seen_.size();
    for (const auto& one : seen_) {
      if ((one.flags.system & imap::seen) == 0)
        out.first_unseen = std::min(out.first_unseen, out.uids.size());
      out.recent += one.recent ? 1 : 0;
      out.uids.push_back(one.uid);
    }
    return out;
  }
  std::vector<std::uint32_t> changed_since(std::uint64_t modseq) const override {
    std::vector<std::uint32_t> out;
    for (const auto& one : seen_) {
      if (one.modseq > modseq) out.push_back(one.uid);
    }
    return out;
  }
  std::vector<std::string> keywords() const override {
    std::set<std::string> out;
    for (const auto& one : seen_) out.insert(one.flags.keywords.begin(), one.flags.keywords.end());
    return {out.begin(), out.end()};
  }
  std::uint64_t version() const override { return version_; }
  std::uint32_t validity() const override { return box_.validity; }
  std::uint32_t uid_next() const override { return box_.uid_next; }
  std::uint64_t highest_modseq() const override { return box_.modseq; }
  std::string id() const override { return "F" + std::to_string(box_.validity); }
  std::uint64_t now() const override { return box_.now; }
  imap::Ranges vanished_since(std::uint64_t modseq) const override {
    imap::Ranges out;
    for (const auto& [uid, when] : box_.removed) {
      if (when > modseq) out.emplace_back(uid, uid);
    }
    return out;
  }
  base::Result<std::string> email_id(std::uint32_t uid) override {
    // An index knows it.
    const auto reads = box_.reads;
    const auto whole = text(uid, false);
    box_.reads = reads;
    if (!whole) return whole.error();
    return "E" + std::to_string(whole->size());
  }
  base::Result<void> refresh() override {
    if (box_.refreshes_left != SIZE_MAX && box_.refreshes_left-- == 0)
      box_.refreshes = base::fail(base::Exit::temporary, "busy");
    if (box_.refreshes) seen_ = box_.messages;
    ++version_;
    return box_.refreshes;
  }
  base::Result<std::string> text(std::uint32_t uid, bool header_only) override {
    if (!box_.texts.contains(uid)) return base::fail(base::Exit::no_input, "gone");
    if (box_.broken.contains(uid)) return base::fail(box_.breaks, "broken");
    ++box_.reads;
    box_.now += box_.takes;
    const auto& text = box_.texts[uid];
    return header_only ? text.substr(0, text.find("\r\n\r\n") + 4) : text;
  }
  base::Result<std::string_view> stored(std::uint32_t uid) override {
    TRY(text(uid, false));
    return std::string_view(box_.texts[uid]);
  }
  std::optional<std::string_view> known(std::uint32_t uid, imap::Fact fact) override {
    const auto found = box_.facts.find({uid, fact});
    return found == box_.facts.end() ? std::nullopt : std::optional<std::string_view>(found->second);
  }
  void keep(std::uint32_t uid, imap::Fact fact, std::string_view value) override {
    box_.facts[{uid, fact}] = value;
  }
  base::Result<std::uint64_t> size(std::uint32_t uid) override {
    TRY_ASSIGN(const auto whole, text(uid, false));
    return whole.size();
  }
  base::Result<std::vector<std::uint32_t>> store(const std::vector<std::uint32_t>& uids, imap::Change change,
                                                 const imap::Flags& flags,
                                                 std::optional<std::uint64_t> unchanged_since) override {
    TRY(box_.stores);
    if (box_.meanwhile) box_.meanwhile();
    std::vector<std::uint32_t> modified;
    for (auto& message : box_.messages) {
      if (std::find(uids.begin(), uids.end(), message.uid) == uids.end()) continue;
      if (unchanged_since && message.modseq > *unchanged_since) {
        modified.push_back(message.uid);
        continue;
      }
      message.flags = imap::apply(message.flags, change, flags);
      message.modseq = ++box_.modseq;
    }
    TRY(refresh());
    return modified;
  }
  base::Result<std::vector<std::uint32_t>> expunge(const std::vector<std::uint32_t>& uids) override {
    if (box_.keeps) return std::vector<std::uint32_t>();
    std::erase_if(box_.messages, [&](const imap::Message& message) {
      return std::find(uids.begin(), uids.end(), message.uid) != uids.end() &&
             (message.flags.system & imap::deleted) != 0;
    });
    if (!uids.empty()) ++box_.modseq;
    for (const auto uid : uids) {
      box_.texts.erase(uid);
      box_.removed[uid] = box_.modseq;
    }
    TRY(refresh());
    return uids;
  }
  base::Result<imap::Placed> copy(const std::vector<std::uint32_t>& uids,
                                  const std::string& mailbox) override;

 private:
  MemoryStore& store_;
  MemoryBox& box_;
  std::vector<imap::Message> seen_;
  std::uint64_t version_ = 0;
};

class MemoryStore : public imap::Store {
 public:
  MemoryStore() { boxes["INBOX"]; }

  base::Result<MemoryBox*> box(const std::string& name) {
    if (!boxes.contains(name)) return base::fail(base::Exit::no_input, "no such mailbox");
    return &boxes[name];
  }
  base::Result<std::unique_ptr<imap::Mailbox>> open(const std::string& name, bool) override {
    TRY_ASSIGN(auto* found, box(name));
    return std::unique_ptr<imap::Mailbox>(new MemoryMailbox(*this, *found));
  }
  base::Result<std::vector<std::string>> list() override {
    std::vector<std::string> out;
    for (const auto& [name, value] : boxes) out.push_back(name);
    return out;
  }
  base::Result<std::vector<std::string>> subscriptions() override { return subscribed; }
  base::Result<void> subscribe(const std::string& name, bool on) override {
    std::erase(subscribed, name);
    if (on) subscribed.push_back(name);
    return {};
  }
  base::Result<void> create(const std::string& name, const std::vector<std::string>& uses) override {
    TRY(creates);
    if (boxes.contains(name)) return base::fail(base::Exit::cannot_create, "exists");
    boxes[name];
    for (const auto& use : uses) uses_[name] += (uses_[name].empty() ? "" : " ") + use;
    return {};
  }
  base::Result<void> remove(const std::string& name) override {
    TRY(box(name));
    gone_.push_back(boxes.extract(name));
    return {};
  }
  base::Result<void> rename(const std::string& from, const std::string& to) override {
    TRY(box(from));
    boxes[to] = boxes[from];
    if (from != "INBOX") {
      gone_.push_back(boxes.extract(from));
    } else {
      boxes[from].messages.clear();
      boxes[from].texts.clear();
    }
    return {};
  }
  base::Result<imap::Status> status(const std::string& name, bool sizes) override {
    TRY_ASSIGN(auto* found, box(name));
    imap::Status out;
    out.messages = static_cast<std::uint32_t>(found->messages.size());
    out.uid_next = found->uid_next;
    out.validity = 7;
    out.unseen = 1;
    out.highest_modseq = found->modseq;
    out.id = "F7";
    for (const auto& [uid, text] : found->texts) out.size += sizes ? text.size() : 0;
    return out;
  }
  base::Result<std::vector<std::string>> uses(const std::vector<std::string>& names) override {
    ++asked_for_uses;
    std::vector<std::string> out;
    for (const auto& name : names) out.push_back(uses_[name]);
    return out;
  }
  base::Result<imap::Placed> append(const std::string& name,
                                    const std::vector<imap::NewMessage>& messages) override {
    TRY_ASSIGN(auto* found, box(name));
    imap::Placed out = {7, {}};
    for (const auto& one : messages) {
      found->add(std::string(one.text), one.flags);
      out.uids.push_back(found->uid_next - 1);
    }
    return out;
  }
  base::Result<std::optional<imap::QuotaState>> quota() override {
    ++asked_for_quota;
    return limits;
  }
  bool has_quota() const override { return limits.has_value(); }
  base::Result<bool> has_room(std::uint64_t octets, std::uint64_t messages) override {
    return !limits || (limits->octets + octets <= limits->octets_limit &&
                       (messages == 0 || limits->messages_limit == 0 ||
                        limits->messages + messages <= limits->messages_limit));
  }
  bool takes_room(const std::string& name) const override { return name != "Trash"; }

  std::size_t asked_for_quota = 0;
  std::map<std::string, MemoryBox> boxes;
  std::vector<std::string> subscribed;
  std::optional<imap::QuotaState> limits;
  base::Result<void> creates;  // what making a mailbox comes to
  base::Result<void> copies;
  std::size_t asked_for_uses = 0;

 private:
  std::map<std::string, std::string> uses_;
  std::vector<std::map<std::string, MemoryBox>::node_type> gone_;  // a session may have one selected still
};

inline base::Result<imap::Placed> MemoryMailbox::copy(const std::vector<std::uint32_t>& uids,
                                                      const std::string& mailbox) {
  TRY(store_.copies);
  TRY_ASSIGN(auto* target, store_.box(mailbox));
  imap::Placed out = {7, {}};
  for (const auto uid : uids) {
    if (!box_.texts.contains(uid)) return base::fail(base::Exit::no_input, "the message is gone");
    const auto source =
        std::find_if(seen_.begin(), seen_.end(), [&](const imap::Message& one) { return one.uid == uid; });
    target->add(box_.texts[uid], source->flags);
    out.uids.push_back(target->uid_next - 1);
  }
  return out;
}

/// One client: what it says and what it hears.
class Client : public imap::Output {
 public:
  explicit Client(MemoryStore& store, const imap::Bounds& bounds = {}) : session_(store, *this, bounds) {}
  void write(std::string_view text) override {
    heard_ += text;
    longest = std::max(longest, text.size());
  }
  std::string say(std::string_view command) {
    heard_.clear();
    next = session_.on(imap::parse_command(command, session_.mode()));
    closed = next == imap::Next::close;
    return heard_;
  }
  std::string while_idle() {
    heard_.clear();
    next = session_.news();
    return heard_;
  }
  std::string end_idle(std::string_view line) {
    heard_.clear();
    next = session_.end_idle(line);
    return heard_;
  }
  std::string say_too_much() {
    heard_.clear();
    closed = session_.too_big("t") == imap::Next::close;
    return heard_;
  }
  void flush() override { flushed = heard_; }
  void report(std::string_view text) override { reported += text; }
  std::string flushed;  // what was on its way before the end of the command
  std::string reported;
  bool closed = false;
  imap::Next next = imap::Next::command;
  std::size_t longest = 0;  // of what was written at once

 private:
  std::string heard_;
  imap::Session session_;
};

/// INBOX with three messages: one seen, one plain, one with a keyword.
inline MemoryStore site() {
  MemoryStore store;
  auto& box = store.boxes["INBOX"];
  box.add("Subject: one\r\nFrom: a@b.test\r\n\r\nfirst\r\n", {imap::seen, {}});
  box.add("Subject: two\r\n\r\nsecond\r\n");
  box.add("Subject: three\r\n\r\nthird\r\n", {0, {"$Junk"}});
  return store;
}
