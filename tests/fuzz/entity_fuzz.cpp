// Any bytes are a message: offsets stay in order and inside the text, for LF and CRLF line ends.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "header/address.hpp"
#include "header/field.hpp"
#include "mime/content_check.hpp"
#include "mime/entity.hpp"
#include "mime/readable.hpp"

namespace {

void check(const mime::Entity& entity, std::size_t from, std::size_t to) {
  if (entity.header < from || entity.body < entity.header || entity.end < entity.body || entity.end > to)
    std::abort();
  for (const auto& defect : entity.defects.list())
    if (defect.offset > to) std::abort();
  for (const auto& child : entity.children) check(child, entity.body, to);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto root = mime::parse(text);
  check(root, 0, size);
  const auto parts = mime::list_parts(text, root);
  for (const auto i : mime::readable_parts(parts))
    if (i >= parts.size()) std::abort();
  for (const auto& part : parts) {
    base::Defects defects;
    mime::check_content(text, part, size % 2 == 0, defects);
    for (const auto& defect : defects.list())
      if (defect.offset < part.body || defect.offset >= part.end) std::abort();
  }
  (void)mime::find_part(root, text.substr(0, 20));
  std::size_t total = 0;
  for (const auto& field : header::parse_fields(text)) {
    total += field.text.size();
    for (const auto& address : header::parse_addresses(field.body)) (void)header::to_mailbox(address);
    (void)mime::parse_disposition(field.body);
    if (header::unfold(field.body).find_first_of("\r\n") != std::string::npos) std::abort();
  }
  if (total > size) std::abort();
  return 0;
}
