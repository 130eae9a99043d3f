/* Bytes and strings; the compiler emits calls to the mem* functions by itself. */
#include "lib.h"

void *memcpy(void *to, const void *from, size_t size) {
  uint8_t *out = to;
  const uint8_t *in = from;
  bool aligned = (((uintptr_t)out | (uintptr_t)in) & 7) == 0;
  for (; aligned && size >= 8; size -= 8, out += 8, in += 8) *(uint64_t *)out = *(const uint64_t *)in;
  while (size-- > 0) *out++ = *in++;
  return to;
}

void *memmove(void *to, const void *from, size_t size) {
  uint8_t *out = to;
  const uint8_t *in = from;
  if (out <= in) return memcpy(to, from, size);
  while (size-- > 0) out[size] = in[size];
  return to;
}

void *memset(void *to, int value, size_t size) {
  uint8_t *out = to;
  while (size-- > 0) *out++ = (uint8_t)value;
  return to;
}

int memcmp(const void *a, const void *b, size_t size) {
  const uint8_t *left = a, *right = b;
  for (; size > 0; size--, left++, right++) {
    if (*left != *right) return *left - *right;
  }
  return 0;
}

size_t strlen(const char *text) {
  size_t size = 0;
  while (text[size] != 0) size++;
  return size;
}

int strcmp(const char *a, const char *b) {
  while (*a != 0 && *a == *b) a++, b++;
  return (uint8_t)*a - (uint8_t)*b;
}

int strncmp(const char *a, const char *b, size_t size) {
  for (; size > 0; size--, a++, b++) {
    if (*a != *b || *a == 0) return (uint8_t)*a - (uint8_t)*b;
  }
  return 0;
}

static int digit_of(char c, unsigned base) {
  int digit = -1;
  if (c >= '0' && c <= '9') digit = c - '0';
  if (c >= 'a' && c <= 'f') digit = c - 'a' + 10;
  if (c >= 'A' && c <= 'F') digit = c - 'A' + 10;
  return digit < (int)base ? digit : -1;
}

bool parse_number(const char **text, uint64_t *value) {
  const char *at = *text;
  unsigned base = 10;
  if (at[0] == '0' && (at[1] == 'x' || at[1] == 'X')) at += 2, base = 16;
  const char *digits = at;
  uint64_t sum = 0;
  for (int digit; (digit = digit_of(*at, base)) >= 0; at++) sum = sum * base + (unsigned)digit;
  if (at == digits) return false;
  *text = at;
  *value = sum;
  return true;
}
