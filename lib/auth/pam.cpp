#include "auth/pam.hpp"

#include <dlfcn.h>
#include <security/pam_appl.h>
#include <string.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>

namespace auth {

namespace {

constexpr const char* service = "tubepost";

struct Library {
  decltype(&pam_start) start = nullptr;
  decltype(&pam_start_confdir) start_in = nullptr;
  decltype(&pam_set_item) set_item = nullptr;
  decltype(&pam_authenticate) authenticate = nullptr;
  decltype(&pam_acct_mgmt) account = nullptr;
  decltype(&pam_end) end = nullptr;
};

template <class Function>
bool load(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

bool load(Library& out) {
  void* library = dlopen("libpam.so.0", RTLD_NOW);
  return library != nullptr && load(library, "pam_start", out.start) &&
         load(library, "pam_start_confdir", out.start_in) && load(library, "pam_set_item", out.set_item) &&
         load(library, "pam_authenticate", out.authenticate) && load(library, "pam_acct_mgmt", out.account) &&
         load(library, "pam_end", out.end);
}

void drop(pam_response* answers, int count) {
  for (int i = 0; i < count; ++i) {
    if (answers[i].resp != nullptr) explicit_bzero(answers[i].resp, strlen(answers[i].resp));
    std::free(answers[i].resp);
  }
  std::free(answers);
}

/// The password is the answer to everything that is asked in secret; nothing else can be answered.
int answer(int count, const pam_message** questions, pam_response** out, void* password) {
  if (count <= 0 || count > PAM_MAX_NUM_MSG) return PAM_CONV_ERR;
  auto* answers =
      static_cast<pam_response*>(std::calloc(static_cast<std::size_t>(count), sizeof(pam_response)));
  if (answers == nullptr) return PAM_BUF_ERR;
  for (int i = 0; i < count; ++i) {
    if (questions[i]->msg_style == PAM_PROMPT_ECHO_OFF) {
      answers[i].resp = strdup(static_cast<const std::string*>(password)->c_str());
    } else if (questions[i]->msg_style == PAM_PROMPT_ECHO_ON) {
      drop(answers, count);
      return PAM_CONV_ERR;
    }
  }
  *out = answers;
  return PAM_SUCCESS;
}

/// The delay of a failure is the server's, and hides how long all this took.
void no_delay(int, unsigned, void*) {}

/// It says nothing about the password.
bool is_trouble(int status) {
  constexpr int troubles[] = {PAM_AUTHINFO_UNAVAIL, PAM_SYSTEM_ERR,  PAM_BUF_ERR,    PAM_ABORT,
                              PAM_MODULE_UNKNOWN,   PAM_SERVICE_ERR, PAM_SYMBOL_ERR, PAM_OPEN_ERR};
  return std::find(std::begin(troubles), std::end(troubles), status) != std::end(troubles);
}

/// Only whoever knows the password is told.
bool has_expired(int status) {
  return status == PAM_ACCT_EXPIRED || status == PAM_NEW_AUTHTOK_REQD || status == PAM_AUTHTOK_EXPIRED;
}

}  // namespace

base::Result<bool> verify_by_pam(const std::string& name, const std::string& password,
                                 const std::string& services) {
  Library pam;
  if (!load(pam)) return base::fail(base::Exit::temporary, "libpam.so.0 is not there");
  const pam_conv conversation = {answer, const_cast<std::string*>(&password)};
  pam_handle_t* handle = nullptr;
  const int started = services.empty()
                          ? pam.start(service, name.c_str(), &conversation, &handle)
                          : pam.start_in(service, name.c_str(), &conversation, services.c_str(), &handle);
  if (started != PAM_SUCCESS) return base::fail(base::Exit::temporary, "PAM does not start");
  pam.set_item(handle, PAM_FAIL_DELAY, reinterpret_cast<const void*>(&no_delay));
  int status = pam.authenticate(handle, PAM_DISALLOW_NULL_AUTHTOK);
  const bool right = status == PAM_SUCCESS;
  if (right) status = pam.account(handle, PAM_DISALLOW_NULL_AUTHTOK);
  pam.end(handle, status);
  if (status == PAM_SUCCESS) return true;
  if (is_trouble(status)) return base::fail(base::Exit::temporary, "PAM cannot check the password");
  if (right && has_expired(status))
    return base::fail(base::Exit::unavailable, name + ": the account or its password has expired");
  return false;
}

}  // namespace auth
