#include "header/parameter_list.hpp"

#include <algorithm>

#include "header/cfws.hpp"
#include "header/parameter_check.hpp"

namespace header {

namespace {

bool names_a_file(std::string_view name) {
  return name.starts_with("name") || name.starts_with("filename");
}

/// Wider than a token, since programs write unquoted slashes, equals signs and raw 8-bit names; in the name
/// of a file a parenthesis that touches it begins no comment.
std::string take_value(base::Scanner& in, bool file, base::Defects* defects) {
  if (in.take('"')) return take_quoted(in, defects);
  return std::string(
      in.take_while([file](char c) { return c != ';' && !is_blank(c) && (file || c != '('); }));
}

/// Blanks in a file name that is not quoted: the value goes on to the semicolon, unless that is all a
/// comment.
bool take_rest_of_name(base::Scanner& in, std::string& value) {
  const auto start = in.offset();
  const auto rest = in.take_while([](char c) { return c != ';' && c != '=' && c != '"'; });
  const auto words = base::trim(rest);
  const bool comment = words.starts_with('(') && words.ends_with(')');
  if ((in.done() || in.peek() == ';') && !words.empty() && !comment) {
    value += ' ';
    value += words;
    return true;
  }
  in.back_to(start);
  return false;
}

/// Semicolons may be missing in front of parameters, as in the examples of RFC 2231.
class Reader {
 public:
  Reader(base::Scanner& in, base::Defects* defects) : in_(in), defects_(defects), check_(defects) {}

  RawParameters run(std::size_t limit) {
    RawParameters out;
    while (!in_.done()) {
      if (out.size() >= limit) {
        note(too_many_parameters, in_.offset());
        break;
      }
      to_next();
      if (in_.done()) break;
      one(out);
    }
    if (defects_ != nullptr) check_.finish();
    return out;
  }

 private:
  void note(const base::Rule& rule, std::size_t at) { base::note(defects_, rule, at); }

  void to_next() {
    if (!after_value_) in_.take_while([](char c) { return c != ';'; });
    const auto start = in_.offset();
    const bool semicolon = in_.take(';');
    skip_cfws(in_, defects_);
    if (in_.done()) {
      if (semicolon) note(empty_parameter, start);
    } else if (!semicolon) {
      note(missing_semicolon, start);
    }
  }

  void one(RawParameters& out) {
    const auto start = in_.offset();
    auto name = base::lower(in_.take_while(is_parameter_token));
    skip_cfws(in_, defects_);
    after_value_ = !name.empty() && in_.take('=');
    if (!after_value_) {
      note(in_.peek() == ';' && name.empty() ? empty_parameter : missing_value, start);
      return;
    }
    skip_cfws(in_, defects_);
    const auto at = in_.offset();
    const bool quoted = in_.peek() == '"';
    const bool file = names_a_file(name);
    auto value = take_value(in_, file, defects_);
    const bool blanks = !quoted && file && take_rest_of_name(in_, value);
    skip_cfws(in_, defects_);
    if (defects_ != nullptr) {
      const bool token = !value.empty() && std::all_of(value.begin(), value.end(), is_parameter_token);
      if (!quoted && (blanks || !token)) note(unquoted_value, at);
      if (quoted && !in_.done() && in_.peek() != ';' && !is_parameter_token(in_.peek())) {
        note(text_after_value, in_.offset());
      }
      check_.add(name, value, start);
    }
    out.emplace_back(std::move(name), std::move(value));
  }

  base::Scanner& in_;
  base::Defects* defects_;
  ParameterCheck check_;
  bool after_value_ = true;
};

}  // namespace

bool is_parameter_token(char c) {
  return !base::is_control(c) && !is_blank(c) &&
         std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
}

RawParameters take_parameters(base::Scanner& in, std::size_t limit, base::Defects* defects) {
  return Reader(in, defects).run(limit);
}

}  // namespace header
