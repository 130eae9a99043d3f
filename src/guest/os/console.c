/* Serial console: polled output, interrupt-driven input through a ring. */
#include "guest.h"
#include "mmio.h"
#include "ns16550.h"

#define INPUT_SIZE 4096

static uintptr_t uart;
static char input[INPUT_SIZE];
static volatile unsigned input_head, input_tail;

void put_char(char c) {
  if (uart == 0) return;
  while ((mmio_read8(uart + UART_LSR) & UART_LSR_THRE) == 0) continue;
  mmio_write8(uart + UART_THR, (uint8_t)c);
}

static void put_text(char c) {
  if (c == '\n') put_char('\r');
  put_char(c);
}

void print(const char *text, ...) {
  va_list args;
  va_start(args, text);
  format(put_text, text, args);
  va_end(args);
}

void serial_interrupt(void) {
  while (mmio_read8(uart + UART_LSR) & UART_LSR_DR) {
    char c = (char)mmio_read8(uart + UART_RBR);
    if (input_head - input_tail == INPUT_SIZE) continue;
    input[input_head % INPUT_SIZE] = c;
    input_head++;
  }
}

bool serial_has_input(void) { return input_head != input_tail; }

/* The next received byte, or -1. */
int serial_get(void) {
  if (!serial_has_input()) return -1;
  int c = (uint8_t)input[input_tail % INPUT_SIZE];
  input_tail++;
  return c;
}

static void on_interrupt(void *unused) {
  (void)unused;
  serial_interrupt();
}

void serial_init(void) {
  uint64_t address, size;
  int node = fdt_find_compatible(machine.fdt, FDT_NONE, "ns16550a");
  if (node < 0 || !fdt_reg(machine.fdt, node, 0, &address, &size)) return;
  uart = (uintptr_t)high_of(address);
  mmio_write8(uart + UART_LCR, UART_LCR_8N1);
  mmio_write8(uart + UART_FCR, UART_FCR_FIFO_ENABLE);
  plic_enable((unsigned)fdt_cell(machine.fdt, node, "interrupts", 0, 0), on_interrupt, NULL);
  mmio_write8(uart + UART_IER, UART_IER_ERBFI);
}
