#include "sasl/client.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "codec/base64.hpp"
#include "codec/hmac.hpp"
#include "codec/saslprep.hpp"
#include "sasl/scram_message.hpp"

namespace sasl {

namespace {

constexpr std::string_view gs2_header = "n,,";

/// saslname of RFC 5802.
std::string escaped(std::string_view name) {
  std::string out;
  for (const char c : name) out += c == ',' ? "=2C" : c == '=' ? "=3D" : std::string(1, c);
  return out;
}

std::string exclusive_or(std::string_view a, std::string_view b) {
  std::string out(a);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<char>(out[i] ^ b[i]);
  return out;
}

std::string prepared(const std::string& text) {
  auto out = codec::saslprep(text);
  return out ? std::move(*out) : text;
}

}  // namespace

Client::Client(Mechanism mechanism, std::string name, Login login, std::string nonce)
    : mechanism_(mechanism), name_(std::move(name)), login_(std::move(login)), nonce_(std::move(nonce)) {}

std::optional<Client> Client::choose(const std::vector<std::string>& offered, Login login, std::string nonce,
                                     bool secret) {
  constexpr std::pair<std::string_view, Mechanism> known[] = {
      {"SCRAM-SHA-256", Mechanism::scram}, {"PLAIN", Mechanism::plain}, {"LOGIN", Mechanism::login}};
  for (const auto& [name, mechanism] : known) {
    const bool there = std::any_of(offered.begin(), offered.end(), [wanted = name](const std::string& one) {
      return base::iequals(one, wanted);
    });
    if (there && (secret || mechanism == Mechanism::scram))
      return Client(mechanism, std::string(name), std::move(login), std::move(nonce));
  }
  return std::nullopt;
}

std::optional<std::string> Client::initial() {
  switch (mechanism_) {
    case Mechanism::plain:
      complete_ = true;
      return codec::base64_encode(std::string(1, '\0') + login_.name + std::string(1, '\0') +
                                  login_.password);
    case Mechanism::scram:
      first_ = "n=" + escaped(prepared(login_.name)) + ",r=" + nonce_;
      return codec::base64_encode(std::string(gs2_header) + first_);
    case Mechanism::login:
      break;
  }
  return std::nullopt;
}

std::optional<std::string> Client::on(std::string_view challenge) {
  const auto text = codec::base64_decode(challenge);
  if (!text) return std::nullopt;
  if (mechanism_ == Mechanism::scram) return on_scram(*text);
  // The questions of LOGIN are no more than decoration: what counts is which one it is.
  if (mechanism_ == Mechanism::login && step_ < 2) {
    complete_ = ++step_ == 2;
    return codec::base64_encode(complete_ ? login_.password : login_.name);
  }
  return std::nullopt;
}

std::optional<std::string> Client::on_scram(const std::string& challenge) {
  switch (step_++) {
    case 0:
      return prove(challenge);
    case 1:
      complete_ = codec::same_octets(challenge, "v=" + signature_);
      if (complete_) return std::string();
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

std::optional<std::string> Client::prove(const std::string& challenge) {
  std::string_view rest = challenge;
  const auto nonce = take_attribute(rest, 'r');
  const auto salt_text = nonce ? take_attribute(rest, 's') : std::nullopt;
  const auto count = salt_text ? take_attribute(rest, 'i') : std::nullopt;
  if (!count || !nonce->starts_with(nonce_) || nonce->size() <= nonce_.size()) return std::nullopt;
  const auto salt = codec::base64_decode(*salt_text);
  const auto iterations = base::parse_number(*count, iterations_limit);
  if (!salt || salt->empty() || !iterations || *iterations == 0) return std::nullopt;
  const auto salted =
      codec::pbkdf2_sha256(prepared(login_.password), *salt, static_cast<std::uint32_t>(*iterations));
  const auto client_key = codec::hmac_sha256(salted, "Client Key");
  const auto without_proof = "c=" + codec::base64_encode(gs2_header) + ",r=" + std::string(*nonce);
  const auto message = first_ + "," + challenge + "," + without_proof;
  const auto proof = exclusive_or(client_key, codec::hmac_sha256(codec::sha256(client_key), message));
  signature_ = codec::base64_encode(codec::hmac_sha256(codec::hmac_sha256(salted, "Server Key"), message));
  return codec::base64_encode(without_proof + ",p=" + codec::base64_encode(proof));
}

}  // namespace sasl
