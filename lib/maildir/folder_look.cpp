// Folder: what one look at the directories shows, and how far it is believed.
#include "maildir/folder_look.hpp"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "maildir/doubles.hpp"
#include "maildir/file_name.hpp"
#include "maildir/three_way.hpp"
#include "maildir/whereabouts.hpp"

namespace maildir {

namespace {

constexpr std::uint64_t second = 1'000'000'000;  // nanoseconds

/// Finds names that come nearly in the listing's order.
class Finger {
 public:
  explicit Finger(const Listing& listing) : files_(listing.files) {}

  /// Its place in the listing; its size for nowhere.
  std::size_t find(std::string_view base) {
    if (next_ < files_.size() && files_[next_].base == base) return next_++;
    const auto found = lower_bound(files_, base);
    if (found == files_.end() || found->base != base) return files_.size();
    next_ = static_cast<std::size_t>(found - files_.begin()) + 1;
    return next_ - 1;
  }

 private:
  const std::vector<Seen>& files_;
  std::size_t next_ = 0;
};

}  // namespace

void Look::begin(const IndexState& index) {
  gone.clear();
  fresh.clear();
  claimed.clear();
  moved.clear();
  behind.clear();
  only_new = true;
  missed = false;
  compared = Compared::with(index);
}

void Look::note_found(const Entry& entry, const Name& name, std::size_t at) {
  // Of several files of its base, which need not be one message, its own is the one for as long as it is
  // there.
  if (!listing.doubles.empty() && prefer(listing, name)) return;
  const Seen& file = listing.files[at];
  if (file.in_new != name.in_new || file.suffix != name.suffix) moved.emplace_back(entry.uid, at);
  const auto letters = file.in_new ? 0 : from_letters(letters_of(file.suffix));
  if (file.in_new || letters != entry.system) behind.push_back(entry.uid);
  only_new = only_new && (file.in_new || letters == entry.system);
}

void Look::note_fresh(const std::vector<bool>& known) {
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (!known[i]) fresh.push_back(i);
  }
}

/// UIDs whose file has another name or is to get one, with its place in the listing, which is behind the end
/// where the index has the name that it has.
std::vector<std::pair<std::uint32_t, std::size_t>> Look::touched() const {
  auto out = moved;
  out.reserve(moved.size() + behind.size());
  for (const auto uid : behind) out.emplace_back(uid, listing.files.size());
  std::sort(out.begin(), out.end());
  const auto same = [](const auto& one, const auto& other) { return one.first == other.first; };
  out.erase(std::unique(out.begin(), out.end(), same), out.end());
  return out;
}

/// Under the names that it has by the index. Over a network, a name that is asked for is not remembered for
/// as long as a directory.
bool Folder::is_there_by_name(const Entry& entry, const Name& name) const {
  const std::string base(name.base);
  const std::string known = path_ + (name.in_new ? "/new/" : "/cur/") + base + std::string(name.suffix);
  const std::string meant = path_ + "/cur/" + base + suffix_with(entry.system, name.suffix);
  for (const auto& path : {known, meant, path_ + "/new/" + base}) {
    if (access(path.c_str(), F_OK) == 0) return true;
  }
  return false;
}

void Folder::note_missing(const Entry& entry, const Name& name, const Listing* before, Look& look) const {
  if (!look.whole) return;
  look.missed = true;
  if (before == nullptr) return;
  Search search = {before->steady, find_seen(*before, name.base) != nullptr, look.listing.steady, false};
  search.there_by_name = is_gone(search) && is_there_by_name(entry, name);
  if (is_gone(search)) append_uid(look.gone, entry.uid);
  look.open = look.open || !is_gone(search);
}

/// Fills what differs. `before`: an earlier look; what neither of two looks at directories at rest has found
/// is gone, and what has no file of its own.
void Folder::compare(Look& look, const Listing* before) const {
  look.begin(state());
  std::vector<bool> known(look.listing.files.size(), false);
  Finger finger(look.listing);
  std::string room;
  for (std::size_t i = 0; i < rows().size(); ++i) {
    const Entry entry = rows().at(i);
    if (entry.uid == 0) continue;
    const auto name = name_in(entry.place, room);
    const auto at = finger.find(name.base);
    if (at == known.size()) {
      note_missing(entry, name, before, look);
    } else if (known[at]) {
      // A second row for the file, from a time when its name was taken for another's.
      append_uid(look.gone, entry.uid);
    } else {
      known[at] = true;
      look.note_found(entry, name, at);
    }
  }
  look.note_fresh(known);
}

bool Folder::is_believed(const Stamp& stamp, bool thorough) const {
  if (state().damaged > 0 || rows().is_damaged()) return false;
  const auto now = file_system_now() / second;
  const auto limit = thorough ? believed_when_thorough : believed_for;
  if (!is_recent(state().looked, now, limit)) return false;
  const bool own = now < own_until_ && generation_ == state().generation && stamp == own_;
  return stamp == state().stamp || own;
}

base::Result<void> Folder::refresh(bool claim, bool thorough, std::vector<std::uint32_t>& claimed) {
  whereabouts_.reset();
  TRY(index_.read());
  TRY(look(claim, thorough, claimed));
  if (claim) claim_recent(claimed);
  return {};
}

/// What sessions have put here: at the end, so that whatever is known by now is this one's.
void Folder::claim_recent(std::vector<std::uint32_t>& claimed) {
  if (state().recent == 0) return;
  // In a folder that cannot be written everybody is told.
  const auto lock = lock_and_read();
  if (!lock || state().recent == 0) return;
  for (auto i = rows().lower_bound(state().recent); i < rows().size(); ++i) claimed.push_back(rows().uid(i));
  // Some may have stood in new/ as well.
  std::sort(claimed.begin(), claimed.end());
  claimed.erase(std::unique(claimed.begin(), claimed.end()), claimed.end());
  (void)index_.append(line_recent(0), false);
}

base::Result<void> Folder::look(bool claim, bool thorough, std::vector<std::uint32_t>& claimed) {
  TRY_ASSIGN(const auto stamp, stamp_of(path_));
  if (is_believed(stamp, thorough)) return claim ? claim_left(stamp, claimed) : base::Result<void>();
  // Something was delivered, and nothing else: cur/ may be large.
  const Stamp but_for_new = {stamp.cur, state().stamp.fresh};
  const Stamp but_for_own = {stamp.cur, own_.fresh};
  if (is_believed(but_for_new, thorough) || is_believed(but_for_own, thorough)) {
    TRY_ASSIGN(const bool enough, look_at_new(claim, claimed));
    if (enough) return {};
  }
  return look_at_all(claim, claimed);
}

/// What a session that does not claim has taken in from new/, so that the directories are believed.
base::Result<void> Folder::claim_left(const Stamp& stamp, std::vector<std::uint32_t>& claimed) {
  if (stamp.fresh == empty_new_) return {};
  TRY_ASSIGN(const auto listing, list_new(path_, file_system_now(), seen_));
  if (listing.files.empty()) {
    if (listing.steady) empty_new_ = listing.stamp.fresh;
    return {};
  }
  const auto enough = look_at_new(true, claimed);
  // The folder may be one that cannot be written: all is known of it.
  return enough && !*enough ? look_at_all(true, claimed) : base::Result<void>();
}

/// False: new/ shows that cur/ has changed too.
base::Result<bool> Folder::look_at_new(bool claim, std::vector<std::uint32_t>& claimed) {
  Look look;
  look.whole = false;
  TRY_ASSIGN(look.listing, list_new(path_, file_system_now(), seen_));
  look.begin(state());
  const auto& files = look.listing.files;
  std::vector<bool> known(files.size(), false);
  Finger finger(look.listing);
  std::string room;
  for (std::size_t i = 0; i < rows().size(); ++i) {
    const auto name = name_in(rows().place(i), room);
    const auto at = finger.find(name.base);
    // One that was in new/ and is no more has moved to cur/, or is gone; or the other way round.
    if (name.in_new != (at < files.size())) return false;
    if (at == files.size()) continue;
    known[at] = true;
    look.behind.push_back(rows().at(i).uid);
  }
  look.note_fresh(known);
  TRY(settle(look, claim, claimed));
  return true;
}

base::Result<Listing> Folder::list_all() {
  TRY_ASSIGN(auto out, list(path_, file_system_now(), seen_));
  seen_.note(out.stamp, out.at);
  return out;
}

base::Result<void> Folder::look_at_all(bool claim, std::vector<std::uint32_t>& claimed) {
  Look look;
  TRY_ASSIGN(look.listing, list_all());
  compare(look, nullptr);
  const bool apart = look.listing.doubles.empty() || !look.listing.steady;
  const bool agree = state().missed.uids.empty() && look.fresh.empty() && look.moved.empty() &&
                     look.gone.empty() && !look.missed && (claim ? look.behind.empty() : look.only_new);
  if (agree && !look.listing.steady) return {};
  if (agree && apart && look.listing.stamp == state().stamp &&
      is_recent(state().looked, file_system_now() / second, believed_when_thorough - 1))
    return {};
  // What all agree on needs no note; the folder may be one that cannot be written.
  const auto settled = settle(look, claim, claimed);
  return agree ? base::Result<void>() : settled;
}

base::Result<void> Folder::look_again(Look& look) {
  const Look first = std::exchange(look, Look());
  TRY_ASSIGN(look.listing, list_all());
  compare(look, first.whole ? &first.listing : &look.listing);
  if (first.whole) {
    TRY(settle_gone(look));
  } else {
    look.open = look.open || look.missed;
    look.gone.clear();
  }
  look.listing.steady = look.listing.steady && (!first.whole || first.listing.steady);
  return {};
}

}  // namespace maildir
