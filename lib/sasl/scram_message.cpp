#include "sasl/scram_message.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace sasl {

namespace {

constexpr std::size_t nonce_limit = 512;

/// saslname: `=2C` is a comma, `=3D` an equals sign, and no other equals sign may be there.
std::optional<std::string> decoded_name(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out += text[i];
      continue;
    }
    const auto code = text.substr(i, 3);
    if (code != "=2C" && code != "=3D") return std::nullopt;
    out += code == "=2C" ? ',' : '=';
    i += 2;
  }
  if (out.empty() || !base::is_utf8(out) || out.find('\0') != out.npos) return std::nullopt;
  return out;
}

bool is_nonce(std::string_view text) {
  return !text.empty() && text.size() <= nonce_limit &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~' && c != ','; });
}

/// cb-name of RFC 5801.
bool is_binding_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return base::is_alnum(c) || c == '.' || c == '-'; });
}

bool take_binding(std::string_view flag, Gs2Header& out) {
  if (flag == "n") return true;
  if (flag == "y") {
    out.binding = Gs2Header::Binding::not_here;
    return true;
  }
  if (!flag.starts_with("p=") || !is_binding_name(flag.substr(2))) return false;
  out.binding = Gs2Header::Binding::used;
  out.binding_name = flag.substr(2);
  return true;
}

}  // namespace

std::optional<std::string_view> take_attribute(std::string_view& text, char letter) {
  if (text.size() < 2 || text[0] != letter || text[1] != '=') return std::nullopt;
  const auto comma = std::min(text.find(','), text.size());
  const auto value = text.substr(2, comma - 2);
  text.remove_prefix(std::min(comma + 1, text.size()));
  return value;
}

std::optional<Gs2Header> parse_gs2_header(std::string_view text) {
  Gs2Header out;
  const auto first = text.find(',');
  const auto second = first == text.npos ? first : text.find(',', first + 1);
  if (second == text.npos || !take_binding(text.substr(0, first), out)) return std::nullopt;
  auto authorize = text.substr(first + 1, second - first - 1);
  if (!authorize.empty()) {
    const auto name = authorize.starts_with("a=") ? decoded_name(authorize.substr(2)) : std::nullopt;
    if (!name) return std::nullopt;
    out.authorize = *name;
  }
  out.length = second + 1;
  return out;
}

std::optional<ClientFirst> parse_client_first(std::string_view text) {
  auto header = parse_gs2_header(text);
  if (!header) return std::nullopt;
  text.remove_prefix(header->length);
  // Extensions behind the nonce mean nothing to who does not know them.
  const auto name = take_attribute(text, 'n');
  const auto nonce = name ? take_attribute(text, 'r') : std::nullopt;
  if (!nonce || !is_nonce(*nonce)) return std::nullopt;
  auto decoded = decoded_name(*name);
  if (!decoded) return std::nullopt;
  return ClientFirst{std::move(*header), std::move(*decoded), std::string(*nonce)};
}

std::optional<ClientFinal> parse_client_final(std::string_view text) {
  const auto whole = text;
  const auto binding = take_attribute(text, 'c');
  const auto nonce = binding ? take_attribute(text, 'r') : std::nullopt;
  // The proof is the last attribute; base64 holds no comma.
  const auto comma = whole.rfind(",p=");
  if (!nonce || comma == whole.npos || whole.find(',', comma + 1) != whole.npos || text.empty())
    return std::nullopt;
  const auto proof = whole.substr(comma + 3);
  if (proof.empty() || whole.find('\0') != whole.npos) return std::nullopt;
  return ClientFinal{std::string(*binding), std::string(*nonce), std::string(proof),
                     std::string(whole.substr(0, comma))};
}

}  // namespace sasl
