#include "serve/routes.hpp"

#include "fs/fd.hpp"

namespace serve {

namespace {

constexpr std::size_t file_limit = 64 << 20;

}  // namespace

base::Result<smtp::Routes> load_routes(const std::string& path) {
  const auto text = fs::read_all(path, file_limit);
  if (!text && text.error().code == base::Exit::no_input) return smtp::Routes();
  if (!text) return text.error();
  return smtp::Routes::parse(*text, path);
}

}  // namespace serve
