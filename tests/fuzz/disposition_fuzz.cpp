// Any text as a header that asks for a notification: one that may be sent has recipients, and asks for none
// itself.
#include <cstdint>
#include <cstdlib>

#include "mime/disposition.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)mime::requires_an_option(text);
  (void)mime::parse_disposition_type(text);
  const auto request = mime::read_disposition_request(header::parse_fields(text));
  if (request.to.empty() != (request.consent == mime::Consent::forbidden)) std::abort();
  if (request.reason.empty() != (request.consent == mime::Consent::not_needed)) std::abort();
  mime::Notification what;
  what.from = "bob@example.test";
  what.hostname = "mx.test";
  what.message_id = "u@mx.test";
  const auto notification = mime::disposition_notification(what, request, text);
  const auto fields = header::parse_fields(notification);
  if (header::find(fields, "Disposition-Notification-To") != nullptr) std::abort();
  if (header::find(fields, "Content-Type") == nullptr) std::abort();
  return 0;
}
