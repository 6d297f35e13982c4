#include "imap/threading.hpp"

#include <algorithm>

#include "imap/forest.hpp"
#include "imap/names.hpp"

namespace imap {

namespace {

constexpr std::size_t none = SIZE_MAX;
constexpr std::size_t place_size = 200;  // octets of memory, of a message that is only named

/// What is kept of a message.
struct Message {
  std::int64_t date;
  std::uint32_t number;
  std::uint32_t subject;  // of all of them
  bool reply;
};

bool earlier(const Message& a, const Message& b) {
  return a.date != b.date ? a.date < b.date : a.number < b.number;
}

/// An identifier is the same with quotes that it could do without (RFC 5256 section 3, REFERENCES).
std::string_view unquoted(std::string_view id, std::string& room) {
  if (id.find('"') == id.npos) return id;
  room.clear();
  for (std::size_t i = 0; i < id.size(); ++i) {
    if (id[i] == '\\' && i + 1 < id.size())
      room += id[++i];
    else if (id[i] != '"')
      room += id[i];
  }
  return room;
}

/// A message, or the place of one that is not there.
struct Node {
  std::size_t message = none;
  std::size_t parent = none;
  std::vector<std::size_t> children;
  bool dropped = false;
};

}  // namespace

class Threading::Threads {
 public:
  explicit Threads(std::size_t room) : room_(room) {}

  bool add(const Threaded& message, By by) {
    take_room(message.id.size() + message.subject.size());
    messages_.push_back({message.date, message.number, subjects_.number(message.subject), message.reply});
    if (by == By::references) link(message, messages_.size() - 1);
    return !full_;
  }

  std::string by_references() {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i].parent == none)
        roots_.push_back(i);
      else
        nodes_[nodes_[i].parent].children.push_back(i);
    }
    prune();
    date_all();
    join_by_subject();
    date_all();
    sort(roots_);
    for (auto& node : nodes_) sort(node.children);
    return format();
  }

  std::string by_subject() {
    std::sort(messages_.begin(), messages_.end(), [&](const Message& a, const Message& b) {
      return a.subject != b.subject ? subjects_[a.subject] < subjects_[b.subject] : earlier(a, b);
    });
    for (std::size_t i = 0; i < messages_.size(); ++i) {
      nodes_.push_back({i, none, {}, false});
      if (i > 0 && messages_[i].subject == messages_[i - 1].subject)
        nodes_[roots_.back()].children.push_back(i);
      else
        roots_.push_back(i);
    }
    date_all();
    sort(roots_);
    return format();
  }

 private:
  void take_room(std::size_t octets) {
    full_ = full_ || octets > room_;
    room_ -= std::min(octets, room_);
  }

  std::size_t add_node(std::size_t message) {
    nodes_.push_back({message, none, {}, false});
    forest_.grow();
    return nodes_.size() - 1;
  }

  std::size_t node_of(std::string_view id) {
    std::string room;
    const auto name = ids_.number(unquoted(id, room));
    if (name == named_.size()) named_.push_back(add_node(none));
    return named_[name];
  }

  /// What an identifier stands for is the first message that has it; one without counts for itself.
  std::size_t own_node(std::string_view id, std::size_t index) {
    if (id.empty()) return add_node(index);
    const auto node = node_of(id);
    if (nodes_[node].message != none) return add_node(index);
    nodes_[node].message = index;
    return node;
  }

  void set_parent(std::size_t node, std::size_t parent) {
    nodes_[node].parent = parent;
    forest_.link(node, parent);
  }

  void link(const Threaded& message, std::size_t index) {
    const auto node = own_node(message.id, index);
    std::size_t above = none;
    for (const auto id : message.references) {
      const auto known = nodes_.size();
      const auto next = node_of(id);
      if (nodes_.size() > known) take_room(id.size() + place_size);
      if (above != none && nodes_[next].parent == none && forest_.root(above) != next)
        set_parent(next, above);
      above = next;
    }
    // Its own references say more than what others have said of it, also where there are none or they would
    // be a loop (RFC 5256, REFERENCES step 1.B).
    const auto before = nodes_[node].parent;
    if (above == before) return;
    if (before != none) forest_.cut(node);
    nodes_[node].parent = none;
    if (above != none && forest_.root(above) != node) set_parent(node, above);
  }

  /// Parents before their children, without recursion: mail may be made to nest deeply.
  std::vector<std::size_t> from_top() const {
    std::vector<std::size_t> out = roots_;
    for (std::size_t i = 0; i < out.size(); ++i)
      out.insert(out.end(), nodes_[out[i]].children.begin(), nodes_[out[i]].children.end());
    return out;
  }

  /// Places without a message go: what is below comes up, except that several at the top stay together.
  void prune() {
    const auto order = from_top();
    for (auto at = order.rbegin(); at != order.rend(); ++at) {
      auto& node = nodes_[*at];
      std::vector<std::size_t> kept;
      for (const auto child : node.children) {
        const auto& below = nodes_[child];
        if (below.message != none)
          kept.push_back(child);
        else
          kept.insert(kept.end(), below.children.begin(), below.children.end());
      }
      node.children = std::move(kept);
    }
    std::vector<std::size_t> tops;
    for (const auto root : roots_) {
      const auto& node = nodes_[root];
      if (node.message != none || node.children.size() > 1)
        tops.push_back(root);
      else
        tops.insert(tops.end(), node.children.begin(), node.children.end());
    }
    roots_ = std::move(tops);
  }

  /// The message that speaks for a place: its own, or the earliest below it.
  void date_all() {
    speaker_.assign(nodes_.size(), none);
    const auto order = from_top();
    for (auto at = order.rbegin(); at != order.rend(); ++at) {
      auto& best = speaker_[*at];
      best = nodes_[*at].message;
      if (best != none) continue;
      for (const auto child : nodes_[*at].children) {
        const auto other = speaker_[child];
        if (best == none || (other != none && earlier(messages_[other], messages_[best]))) best = other;
      }
    }
  }

  void sort(std::vector<std::size_t>& list) const {
    std::sort(list.begin(), list.end(), [&](std::size_t a, std::size_t b) {
      return earlier(messages_[speaker_[a]], messages_[speaker_[b]]);
    });
  }

  bool is_reply(std::size_t node) const { return messages_[speaker_[node]].reply; }

  /// Threads that no reference connects but their subject (section 3, REFERENCES step 5).
  void join_by_subject() {
    sort(roots_);
    std::vector<std::size_t> first(subjects_.size(), none);  // of each subject
    for (const auto root : roots_) {
      const auto subject = messages_[speaker_[root]].subject;
      if (subjects_[subject].empty()) continue;
      auto& before = first[subject];
      if (before == none) {
        before = root;
        continue;
      }
      const bool place = nodes_[root].message == none && nodes_[before].message != none;
      if (place || (is_reply(before) && !is_reply(root) && nodes_[before].message != none)) before = root;
    }
    std::vector<std::size_t> tops;
    for (const auto root : roots_) {
      auto& into = first[messages_[speaker_[root]].subject];
      if (into != none && into != root) join(root, into);
    }
    for (const auto root : roots_) {
      if (!nodes_[root].dropped) tops.push_back(root);
    }
    tops.insert(tops.end(), made_.begin(), made_.end());
    roots_ = std::move(tops);
  }

  void join(std::size_t root, std::size_t& into) {
    const bool empty = nodes_[root].message == none;
    if (nodes_[into].message == none) {
      auto below = empty ? nodes_[root].children : std::vector<std::size_t>{root};
      nodes_[into].children.insert(nodes_[into].children.end(), below.begin(), below.end());
    } else if (is_reply(root) && !is_reply(into)) {
      nodes_[into].children.push_back(root);
    } else {
      const auto made = add_node(none);
      nodes_[made].children = {into, root};
      speaker_.push_back(speaker_[into]);
      nodes_[into].dropped = true;
      made_.push_back(made);
      into = made;
    }
    nodes_[root].dropped = true;
  }

  /// A chain of only children stands in one pair of parentheses, several stand in one each.
  std::string format() const {
    std::string out;
    struct Step {
      std::size_t node;
      bool closing;
    };
    std::vector<Step> steps;
    for (auto at = roots_.rbegin(); at != roots_.rend(); ++at) steps.push_back({*at, false});
    while (!steps.empty()) {
      const auto step = steps.back();
      steps.pop_back();
      if (step.closing) {
        out += ')';
        continue;
      }
      out += '(';
      steps.push_back({step.node, true});
      auto node = step.node;
      std::string_view gap;
      while (true) {
        if (nodes_[node].message != none) {
          out += gap;
          out += std::to_string(messages_[nodes_[node].message].number);
          gap = " ";
        }
        if (nodes_[node].children.size() != 1) break;
        node = nodes_[node].children.front();
      }
      const auto& children = nodes_[node].children;
      if (!children.empty()) out += gap;
      for (auto at = children.rbegin(); at != children.rend(); ++at) steps.push_back({*at, false});
    }
    return out;
  }

  std::size_t room_;
  bool full_ = false;
  std::vector<Message> messages_;
  Names subjects_;
  std::vector<Node> nodes_;
  Forest forest_;  // of nodes_ by their parents, while these are found
  Names ids_;
  std::vector<std::size_t> named_;  // the node of each of ids_
  std::vector<std::size_t> roots_;
  std::vector<std::size_t> made_;     // places for threads that belong side by side
  std::vector<std::size_t> speaker_;  // of each node, a message
};

Threading::Threading(By by, std::size_t room) : by_(by), threads_(std::make_unique<Threads>(room)) {}
Threading::Threading(Threading&&) noexcept = default;
Threading& Threading::operator=(Threading&&) noexcept = default;
Threading::~Threading() = default;

bool Threading::add(const Threaded& message) {
  return threads_->add(message, by_);
}

std::string Threading::format() {
  return by_ == By::references ? threads_->by_references() : threads_->by_subject();
}

}  // namespace imap
