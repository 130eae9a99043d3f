/* A small printf engine. */
#include "lib.h"

struct field {
  bool zero, left;
  int width;
};

static void put_padded(void (*put)(char), const char *text, size_t size, struct field field) {
  int missing = field.width - (int)size;
  if (!field.left) {
    while (missing-- > 0) put(field.zero ? '0' : ' ');
  }
  for (size_t i = 0; i < size; i++) put(text[i]);
  if (field.left) {
    while (missing-- > 0) put(' ');
  }
}

static void put_number(void (*put)(char), uint64_t value, unsigned base, bool negative, struct field field) {
  char digits[24];
  size_t at = sizeof digits;
  do {
    digits[--at] = "0123456789abcdef"[value % base];
    value /= base;
  } while (value != 0);
  if (negative) digits[--at] = '-';
  put_padded(put, digits + at, sizeof digits - at, field);
}

static const char *parse_field(const char *text, struct field *field) {
  *field = (struct field){0};
  for (; *text == '0' || *text == '-'; text++) {
    if (*text == '0') field->zero = true;
    else field->left = true;
  }
  for (; *text >= '0' && *text <= '9'; text++) field->width = field->width * 10 + (*text - '0');
  return text;
}

void format(void (*put)(char), const char *text, va_list args) {
  for (; *text != 0; text++) {
    if (*text != '%') {
      put(*text);
      continue;
    }
    struct field field;
    text = parse_field(text + 1, &field);
    bool is_long = *text == 'l';
    if (is_long) text++;
    if (*text == 's') {
      const char *string = va_arg(args, const char *);
      put_padded(put, string, strlen(string), field);
    } else if (*text == 'c') {
      put((char)va_arg(args, int));
    } else if (*text == 'd') {
      int64_t value = is_long ? va_arg(args, long) : va_arg(args, int);
      put_number(put, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10, value < 0, field);
    } else if (*text == 'u' || *text == 'x') {
      uint64_t value = is_long ? va_arg(args, unsigned long) : va_arg(args, unsigned);
      put_number(put, value, *text == 'u' ? 10 : 16, false, field);
    } else {
      put(*text);
    }
  }
}
