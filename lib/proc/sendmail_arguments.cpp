#include "proc/sendmail_arguments.hpp"

#include <string_view>

namespace proc {

namespace {

bool is_one_of(char c, std::string_view letters) {
  return letters.find(c) != std::string_view::npos;
}

class Translator {
 public:
  explicit Translator(std::span<const std::string> arguments) : in_(arguments) {}

  std::vector<std::string> run() {
    while (at_ < in_.size() && one(in_[at_])) ++at_;
    out_.push_back("--");
    out_.insert(out_.end(), in_.begin() + static_cast<std::ptrdiff_t>(at_), in_.end());
    return std::move(out_);
  }

 private:
  /// False at the first recipient.
  bool one(const std::string& argument) {
    if (argument == "--") {
      ++at_;
      return false;
    }
    if (argument.size() < 2 || argument[0] != '-') return false;
    if (argument.starts_with("--")) {
      out_.push_back(argument);
    } else if (argument[1] == 'f' || argument[1] == 'r') {
      const auto sender = value(argument);
      out_.push_back("--sender=" + (sender.empty() ? "<>" : sender));
    } else if (argument[1] == 'F') {
      const auto name = value(argument);
      if (!name.empty()) out_.push_back("--full-name=" + name);
    } else if (argument[1] == 'b') {
      out_.push_back("--mode=" + value(argument));
    } else if (is_one_of(argument[1], "BNRVXCOopLA")) {
      const auto ignored = value(argument);
      if (argument[1] == 'o' && ignored == "i") out_.push_back("--dot-is-text");
    } else if (argument[1] != 'q' && argument[1] != 'e' && argument[1] != 'h') {
      flags(argument);
    }
    return true;
  }

  /// `-it` is `-i -t`.
  void flags(const std::string& argument) {
    for (std::size_t i = 1; i < argument.size(); ++i) {
      const char c = argument[i];
      if (c == 't')
        out_.push_back("--recipients-in-header");
      else if (c == 'i')
        out_.push_back("--dot-is-text");
      else if (!is_one_of(c, "vnmsUG"))
        out_.push_back(std::string("-") + c);
    }
  }

  /// What follows the letter, or the next argument.
  std::string value(const std::string& argument) {
    if (argument.size() > 2) return argument.substr(2);
    return at_ + 1 < in_.size() ? in_[++at_] : std::string();
  }

  std::span<const std::string> in_;
  std::size_t at_ = 0;
  std::vector<std::string> out_;
};

}  // namespace

std::vector<std::string> translate_sendmail(std::span<const std::string> arguments) {
  return Translator(arguments).run();
}

}  // namespace proc
