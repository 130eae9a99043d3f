/* Polled console on the 16550. */
#include "firmware.h"
#include "mmio.h"
#include "ns16550.h"

void console_init(void) {
  mmio_write8(board.uart + UART_LCR, UART_LCR_8N1);
  mmio_write8(board.uart + UART_FCR, UART_FCR_FIFO_ENABLE);
}

void console_put(char c) {
  while ((mmio_read8(board.uart + UART_LSR) & UART_LSR_THRE) == 0) continue;
  mmio_write8(board.uart + UART_THR, (uint8_t)c);
}

/* The next received byte, or -1. */
int console_get(void) {
  if ((mmio_read8(board.uart + UART_LSR) & UART_LSR_DR) == 0) return -1;
  return mmio_read8(board.uart + UART_RBR);
}

static void put_text(char c) {
  if (c == '\n') console_put('\r');
  console_put(c);
}

void print(const char *text, ...) {
  va_list args;
  va_start(args, text);
  format(put_text, text, args);
  va_end(args);
}
