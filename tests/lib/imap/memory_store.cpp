#include "memory_store.hpp"

#include <algorithm>

#include "imap/flags.hpp"
#include "imap/session.hpp"

MemoryBox::MemoryBox() = default;
MemoryBox::MemoryBox(const MemoryBox&) = default;
MemoryBox& MemoryBox::operator=(const MemoryBox&) = default;
MemoryBox::~MemoryBox() = default;

void MemoryBox::add(std::string text, imap::Flags flags) {
  messages.push_back({uid_next, ++modseq, 837596665, std::move(flags), false, 837600000});
  texts[uid_next++] = std::move(text);
}

void MemoryBox::remove(std::uint32_t uid) {
  std::erase_if(messages, [uid](const imap::Message& one) { return one.uid == uid; });
  texts.erase(uid);
  removed[uid] = ++modseq;
}

void MemoryBox::flag(std::uint32_t uid, unsigned flags) {
  for (auto& one : messages) {
    if (one.uid != uid) continue;
    one.flags.system = flags;
    one.modseq = ++modseq;
  }
}

namespace {

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
                                  const std::string& mailbox) override {
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

 private:
  MemoryStore& store_;
  MemoryBox& box_;
  std::vector<imap::Message> seen_;
  std::uint64_t version_ = 0;
};

}  // namespace

MemoryStore::MemoryStore() {
  boxes["INBOX"];
}
MemoryStore::MemoryStore(MemoryStore&&) = default;
MemoryStore::~MemoryStore() = default;

base::Result<MemoryBox*> MemoryStore::box(const std::string& name) {
  if (!boxes.contains(name)) return base::fail(base::Exit::no_input, "no such mailbox");
  return &boxes[name];
}

base::Result<std::unique_ptr<imap::Mailbox>> MemoryStore::open(const std::string& name, bool) {
  TRY_ASSIGN(auto* found, box(name));
  return std::unique_ptr<imap::Mailbox>(new MemoryMailbox(*this, *found));
}

base::Result<std::vector<std::string>> MemoryStore::list() {
  std::vector<std::string> out;
  for (const auto& [name, value] : boxes) out.push_back(name);
  return out;
}

base::Result<std::vector<std::string>> MemoryStore::subscriptions() {
  return subscribed;
}

base::Result<void> MemoryStore::subscribe(const std::string& name, bool on) {
  std::erase(subscribed, name);
  if (on) subscribed.push_back(name);
  return {};
}

base::Result<void> MemoryStore::create(const std::string& name, const std::vector<std::string>& uses) {
  TRY(creates);
  if (boxes.contains(name)) return base::fail(base::Exit::cannot_create, "exists");
  boxes[name];
  for (const auto& use : uses) uses_[name] += (uses_[name].empty() ? "" : " ") + use;
  return {};
}

base::Result<void> MemoryStore::remove(const std::string& name) {
  TRY(box(name));
  gone_.push_back(boxes.extract(name));
  return {};
}

base::Result<void> MemoryStore::rename(const std::string& from, const std::string& to) {
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

base::Result<imap::Status> MemoryStore::status(const std::string& name, bool sizes) {
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

base::Result<std::vector<std::string>> MemoryStore::uses(const std::vector<std::string>& names) {
  ++asked_for_uses;
  std::vector<std::string> out;
  for (const auto& name : names) out.push_back(uses_[name]);
  return out;
}

base::Result<imap::Placed> MemoryStore::append(const std::string& name,
                                               const std::vector<imap::NewMessage>& messages) {
  TRY_ASSIGN(auto* found, box(name));
  imap::Placed out = {7, {}};
  for (const auto& one : messages) {
    found->add(std::string(one.text), one.flags);
    out.uids.push_back(found->uid_next - 1);
  }
  return out;
}

base::Result<std::optional<imap::QuotaState>> MemoryStore::quota() {
  ++asked_for_quota;
  return limits;
}

bool MemoryStore::has_quota() const {
  return limits.has_value();
}

base::Result<bool> MemoryStore::has_room(std::uint64_t octets, std::uint64_t messages) {
  return !limits || (limits->octets + octets <= limits->octets_limit &&
                     (messages == 0 || limits->messages_limit == 0 ||
                      limits->messages + messages <= limits->messages_limit));
}

bool MemoryStore::takes_room(const std::string& name) const {
  return name != "Trash";
}

struct Client::Connection : imap::Output {
  Connection(Client& its_client, MemoryStore& store, const imap::Bounds& bounds)
      : client(its_client), session(store, *this, bounds) {}
  void write(std::string_view text) override {
    heard += text;
    client.longest = std::max(client.longest, text.size());
  }
  void flush() override { client.flushed = heard; }
  void report(std::string_view text) override { client.reported += text; }

  Client& client;
  std::string heard;
  imap::Session session;
};

Client::Client(MemoryStore& store, const imap::Bounds& bounds)
    : next(imap::Next::command), connection_(std::make_unique<Connection>(*this, store, bounds)) {}
Client::~Client() = default;

std::string Client::say(std::string_view command) {
  auto& session = connection_->session;
  connection_->heard.clear();
  next = session.on(imap::parse_command(command, session.mode()));
  closed = next == imap::Next::close;
  return connection_->heard;
}

std::string Client::while_idle() {
  connection_->heard.clear();
  next = connection_->session.news();
  return connection_->heard;
}

std::string Client::end_idle(std::string_view line) {
  connection_->heard.clear();
  next = connection_->session.end_idle(line);
  return connection_->heard;
}

std::string Client::say_too_much() {
  connection_->heard.clear();
  closed = connection_->session.too_big("t") == imap::Next::close;
  return connection_->heard;
}

MemoryStore site() {
  MemoryStore store;
  auto& box = store.boxes["INBOX"];
  box.add("Subject: one\r\nFrom: a@b.test\r\n\r\nfirst\r\n", {imap::seen, {}});
  box.add("Subject: two\r\n\r\nsecond\r\n");
  box.add("Subject: three\r\n\r\nthird\r\n", {0, {"$Junk"}});
  return store;
}
