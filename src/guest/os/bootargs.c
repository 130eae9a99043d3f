/* The kernel command line: words of the form key=value, separated by spaces. */
#include "guest.h"

bool bootarg_number(const char *key, uint64_t *value) {
  size_t size = strlen(key);
  const char *at = machine.bootargs;
  bool found = false;
  while (*at != 0) {
    at = skip_spaces(at);
    if (strncmp(at, key, size) == 0 && at[size] == '=') {
      const char *text = at + size + 1;
      found = parse_number(&text, value) || found;
    }
    while (*at != 0 && *at != ' ') at++;
  }
  return found;
}
