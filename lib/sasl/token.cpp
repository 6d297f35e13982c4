// OAUTHBEARER and XOAUTH2: key=value pairs, each ended by ^A, and one more ^A at the end.
#include <optional>
#include <utility>

#include "base/ascii.hpp"
#include "sasl/mechanisms.hpp"
#include "sasl/scram_message.hpp"

namespace sasl {

namespace {

using Next = Step::Next;

constexpr char mark = '\1';

/// `scheme SP token` (RFC 6750 section 2.1); nothing for any other scheme or an empty token.
std::optional<std::string> bearer(std::string_view value) {
  constexpr std::string_view scheme = "Bearer ";
  if (!base::istarts_with(value, scheme)) return std::nullopt;
  auto token = base::trim(value.substr(scheme.size()));
  if (token.empty()) return std::nullopt;
  return std::string(token);
}

/// The value of `key` among the pairs; nothing if they are not well formed or have no such key.
std::optional<std::string_view> value_of(std::string_view pairs, std::string_view key) {
  std::optional<std::string_view> out;
  while (pairs != std::string_view(&mark, 1)) {
    const auto end = pairs.find(mark);
    if (end == pairs.npos) return std::nullopt;
    const auto pair = pairs.substr(0, end);
    const auto equals = pair.find('=');
    if (equals == pair.npos) return std::nullopt;
    if (pair.substr(0, equals) == key && !out) out = pair.substr(equals + 1);
    pairs.remove_prefix(end + 1);
  }
  return out;
}

class Token : public Mechanism {
 public:
  explicit Token(bool with_header) : with_header_(with_header) {}

  Step on(std::string_view response) override {
    if (std::exchange(refused_, false)) return {Next::denied};
    return with_header_ ? on_bearer(response) : on_xoauth2(response);
  }

  /// Why it was refused comes as a challenge, which the client answers with a word that means nothing.
  Step on(const Answer& answer) override {
    if (answer.verdict != Verdict::denied) return Mechanism::on(answer);
    refused_ = true;
    return {Next::challenge,
            with_header_ ? R"({"status":"invalid_token"})" : R"({"status":"401","schemes":"bearer"})"};
  }

 private:
  static Step ask(std::string name, std::optional<std::string> token) {
    if (!token || name.empty()) return {Next::malformed, "a name and a bearer token are expected"};
    return {Next::ask, {}, {Question::About::token, std::move(name), std::move(*token)}};
  }

  Step on_xoauth2(std::string_view response) const {
    const auto name = value_of(response, "user");
    const auto auth = value_of(response, "auth");
    return ask(std::string(name.value_or("")), bearer(auth.value_or("")));
  }

  Step on_bearer(std::string_view response) const {
    const auto end = response.find(mark);
    if (end == response.npos) return {Next::malformed, "no GS2 header"};
    const auto header = parse_gs2_header(response.substr(0, end));
    if (!header || header->length != end) return {Next::malformed, "the GS2 header is damaged"};
    if (header->binding == Gs2Header::Binding::used)
      return {Next::malformed, "there is no channel binding here"};
    const auto auth = value_of(response.substr(end + 1), "auth");
    return ask(header->authorize, bearer(auth.value_or("")));
  }

  bool with_header_;
  bool refused_ = false;
};

}  // namespace

std::unique_ptr<Mechanism> make_oauthbearer() {
  return std::make_unique<Token>(true);
}

std::unique_ptr<Mechanism> make_xoauth2() {
  return std::make_unique<Token>(false);
}

}  // namespace sasl
