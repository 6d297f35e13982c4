#include "header/check.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "base/ascii.hpp"
#include "base/scanner.hpp"
#include "header/address.hpp"
#include "header/address_field.hpp"
#include "header/cfws.hpp"
#include "header/date.hpp"
#include "header/encoded_word.hpp"
#include "header/encoded_word_check.hpp"
#include "header/field.hpp"
#include "header/field_check.hpp"
#include "header/message_id.hpp"
#include "header/phrase_list.hpp"
#include "header/received.hpp"

namespace header {

namespace {

constexpr std::size_t field_limit = 100'000;
constexpr std::size_t header_limit = 1 << 20;
constexpr int repeats_limit = 10;

// RFC 5322 section 3.6, RFC 5321 section 4.4, RFC 2045 section 3, RFC 2183 section 2.
constexpr std::string_view single_fields[] = {"bcc",
                                              "cc",
                                              "content-description",
                                              "content-disposition",
                                              "content-id",
                                              "content-transfer-encoding",
                                              "content-type",
                                              "date",
                                              "from",
                                              "in-reply-to",
                                              "message-id",
                                              "mime-version",
                                              "references",
                                              "reply-to",
                                              "return-path",
                                              "sender",
                                              "subject",
                                              "to"};

void check_address_list(std::string_view body, base::Defects& defects) {
  parse_addresses(body, 10'000, &defects);
  check_words(body, WordPlace::structured, defects);
}

/// RFC 5322 section 3.6.3: it may be empty, since its addresses were taken out.
void check_bcc(std::string_view body, base::Defects& defects) {
  if (!base::trim(body).empty()) check_address_list(body, defects);
}

void check_sender(std::string_view body, base::Defects& defects) {
  check_address_list(body, defects);
  const auto addresses = parse_addresses(body, 2);
  if (addresses.size() > 1 || (addresses.size() == 1 && addresses[0].kind != Address::Kind::mailbox)) {
    defects.add(many_senders, 0);
  }
}

void check_date(std::string_view body, base::Defects& defects) {
  parse_date(body, &defects);
}

void check_ids(std::string_view body, base::Defects& defects) {
  parse_message_ids(body, &defects);
}

void check_id(std::string_view body, base::Defects& defects) {
  if (parse_message_ids(body, &defects).size() > 1) defects.add(many_ids, 0);
}

void check_received(std::string_view body, base::Defects& defects) {
  parse_received(body, &defects);
}

void check_keywords(std::string_view body, base::Defects& defects) {
  parse_phrases(body, &defects);
  check_words(body, WordPlace::structured, defects);
}

void check_text(std::string_view body, base::Defects& defects) {
  check_words(body, WordPlace::text, defects);
}

void check_mime_version(std::string_view body, base::Defects& defects) {
  base::Scanner in(body);
  std::string version;
  while (!in.done()) {
    skip_cfws(in, &defects);
    if (!in.done()) version += in.next();
  }
  if (version != "1.0") defects.add(bad_mime_version, 0);
}

constexpr FieldCheck own_checks[] = {
    {"bcc", check_bcc},
    {"resent-bcc", check_bcc},
    {"sender", check_sender},
    {"resent-sender", check_sender},
    {"date", check_date},
    {"resent-date", check_date},
    {"message-id", check_id},
    {"resent-message-id", check_id},
    {"content-id", check_id},
    {"in-reply-to", check_ids},
    {"references", check_ids},
    {"received", check_received},
    {"keywords", check_keywords},
    {"subject", check_text},
    {"comments", check_text},
    {"content-description", check_text},
    {"mime-version", check_mime_version},
};

class Check {
 public:
  Check(std::string_view head, base::Defects& defects, std::span<const FieldCheck> more)
      : head_(head), defects_(defects), more_(more) {}

  void run(HeaderOf what) {
    if (head_.size() > header_limit) defects_.add(long_header, header_limit);
    std::string_view rest = head_;
    for (std::size_t count = 0; count < field_limit; ++count) {
      const auto offset = head_.size() - rest.size();
      const auto field = take_field(rest);
      if (!field) break;
      one(*field, offset);
    }
    auto next = rest;
    if (take_field(next)) defects_.add(too_many_fields, head_.size() - rest.size());
    if (what == HeaderOf::message) required(head_.size() - rest.size());
  }

 private:
  void one(const Field& field, std::size_t offset) {
    check_field(field, offset, defects_);
    if (field.name.empty()) return;
    const auto name = base::lower(field.name.substr(0, 80));
    has_mime_field_ = has_mime_field_ || (name.starts_with("content-") && name != "content-length");
    if (std::binary_search(std::begin(single_fields), std::end(single_fields), std::string_view(name)) &&
        !seen_.insert(name).second) {
      defects_.add(repeated_field, offset);
    }
    const auto start = offset + static_cast<std::size_t>(field.body.data() - field.text.data());
    base::Defects inner;
    const auto body = within_limit(field.body, &inner);
    meaning(name, body, inner);
    add_some(inner, start);
    if (name == "from") many_authors_ = many_authors_ || has_many_authors(body);
  }

  /// A field of rubbish must not crowd out what is wrong with the others.
  void add_some(const base::Defects& inner, std::size_t start) {
    std::map<const base::Rule*, int> counts;
    for (const auto& one : inner.list()) {
      if (++counts[one.rule] <= repeats_limit) defects_.add(*one.rule, start + one.offset);
    }
  }

  void meaning(std::string_view name, std::string_view body, base::Defects& inner) {
    const auto same = [&](const FieldCheck& one) { return base::iequals(one.name, name); };
    const auto* own = std::find_if(std::begin(own_checks), std::end(own_checks), same);
    const auto other = std::find_if(more_.begin(), more_.end(), same);
    if (own != std::end(own_checks)) {
      own->check(body, inner);
    } else if (other != more_.end()) {
      other->check(body, inner);
    } else if (is_address_field(name)) {
      check_address_list(body, inner);
    }
  }

  static bool has_many_authors(std::string_view body) {
    const auto addresses = parse_addresses(body, 10);
    return std::count_if(addresses.begin(), addresses.end(),
                         [](const Address& one) { return one.kind == Address::Kind::mailbox; }) > 1;
  }

  void required(std::size_t end) {
    if (!seen_.contains("from")) defects_.add(missing_from, end);
    if (!seen_.contains("date")) defects_.add(missing_date, end);
    if (many_authors_ && !seen_.contains("sender")) defects_.add(missing_sender, end);
    if (has_mime_field_ && !seen_.contains("mime-version")) defects_.add(missing_mime_version, end);
  }

  std::string_view head_;
  base::Defects& defects_;
  std::span<const FieldCheck> more_;
  std::set<std::string, std::less<>> seen_;  // of those that may be there once
  bool has_mime_field_ = false;
  bool many_authors_ = false;
};

}  // namespace

void check_header(std::string_view head, base::Defects& defects, std::span<const FieldCheck> more,
                  HeaderOf what) {
  Check(head, defects, more).run(what);
}

}  // namespace header
