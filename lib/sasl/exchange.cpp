#include "sasl/exchange.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "codec/base64.hpp"
#include "sasl/mechanisms.hpp"

namespace sasl {

namespace {

using Next = Step::Next;

void overwrite(std::string& text) {
  std::fill(text.begin(), text.end(), '\0');
  // The octets count as used, or the compiler would leave the line above out.
  asm volatile("" : : "r"(text.data()) : "memory");
  text.clear();
}

std::unique_ptr<Mechanism> make_mechanism(std::string_view name, const Terms& terms, std::string nonce) {
  if (name == "PLAIN") return make_plain();
  if (name == "LOGIN") return make_login();
  if (name == "EXTERNAL") return make_external(terms.identity);
  if (name == "OAUTHBEARER") return make_oauthbearer();
  if (name == "XOAUTH2") return make_xoauth2();
  return make_scram(name.ends_with("-PLUS"), terms, std::move(nonce));
}

}  // namespace

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::granted:
      return "granted";
    case Verdict::denied:
      return "refused";
    case Verdict::expired:
      return "expired";
    case Verdict::blocked:
      return "blocked";
    case Verdict::temporary:
      break;
  }
  return "not-checked";
}

void Question::wipe() {
  overwrite(secret);
}

Step Mechanism::on(const Answer& answer) {
  switch (answer.verdict) {
    case Verdict::granted:
      return {Next::granted};
    case Verdict::denied:
      return {Next::denied};
    case Verdict::expired:
      return {Next::expired};
    case Verdict::blocked:
      return {Next::blocked};
    case Verdict::temporary:
      break;
  }
  return {Next::unavailable};
}

std::optional<Exchange> Exchange::make(std::string_view mechanism, const Terms& terms, std::string nonce) {
  if (!offers(terms, mechanism)) return std::nullopt;
  auto name = base::upper(mechanism);
  auto machine = make_mechanism(name, terms, std::move(nonce));
  return Exchange(std::move(name), std::move(machine));
}

Step Exchange::begin(std::optional<std::string_view> initial) {
  if (!initial) return checked({Next::challenge, machine_->first_challenge()});
  return on(*initial == "=" ? std::string_view() : *initial);
}

Step Exchange::on(std::string_view line) {
  if (line == "*") return {Next::cancelled};
  if (line.size() > line_limit) return {Next::malformed, "the response is too long"};
  auto octets = codec::base64_decode(line, codec::Base64Reading::strict);
  if (!octets) return {Next::malformed, "the response is not base64"};
  auto step = checked(machine_->on(std::string_view(*octets)));
  overwrite(*octets);
  return step;
}

Step Exchange::on(const Answer& answer) {
  return checked(machine_->on(answer));
}

/// Whoever is asked takes the words with a NUL behind each: with one inside, half of a word would be checked.
Step Exchange::checked(Step step) {
  constexpr std::string_view never("\0\r\n", 3);
  if (step.next == Next::challenge) step.text = codec::base64_encode(step.text);
  if (step.next != Next::ask) return step;
  auto& question = step.question;
  if (!question.name.empty()) name_ = question.name;
  if (question.name.find_first_of(never) == std::string::npos &&
      question.secret.find_first_of(never) == std::string::npos) {
    return step;
  }
  question.wipe();
  return {Next::malformed, "a name or password cannot hold NUL, CR or LF"};
}

}  // namespace sasl
