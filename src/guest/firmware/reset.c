/* The SiFive test device ends or restarts the machine. */
#include "firmware.h"
#include "mmio.h"

#define FINISHER_FAIL 0x3333
#define FINISHER_PASS 0x5555
#define FINISHER_RESET 0x7777

static _Noreturn void finish(uint32_t value) {
  mmio_write32(board.test_device, value);
  for (;;) wait_for_interrupt();
}

_Noreturn void reset_poweroff(void) { finish(FINISHER_PASS); }
_Noreturn void reset_reboot(void) { finish(FINISHER_RESET); }
_Noreturn void reset_failure(uint16_t code) { finish(FINISHER_FAIL | (uint32_t)code << 16); }
