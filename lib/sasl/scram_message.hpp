// The messages of SCRAM (RFC 5802 section 7) and the GS2 header they begin with (RFC 5801), taken apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sasl {

/// Takes the next attribute off `text`, which has to be `letter`: its value.
std::optional<std::string_view> take_attribute(std::string_view& text, char letter);

struct Gs2Header {
  enum class Binding {
    none,      // n: the client has none
    not_here,  // y: it would, had the server offered it
    used,      // p=NAME
  };
  Binding binding = Binding::none;
  std::string binding_name = {};  // of `used`
  std::string authorize = {};     // authzid, decoded; empty: none
  std::size_t length = 0;         // of the header with its two commas
};

/// From the start of a message; nothing for what is not one.
std::optional<Gs2Header> parse_gs2_header(std::string_view text);

struct ClientFirst {
  Gs2Header header;
  std::string name;  // decoded, not yet prepared
  std::string nonce;
};

/// Nothing also for an extension that has to be understood (m=).
std::optional<ClientFirst> parse_client_first(std::string_view text);

struct ClientFinal {
  std::string binding;  // base64, as it came
  std::string nonce;
  std::string proof;          // base64, as it came
  std::string without_proof;  // what the proof is about
};

std::optional<ClientFinal> parse_client_final(std::string_view text);

}  // namespace sasl
