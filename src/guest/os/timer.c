/* The tick: ten a second, set through the SBI timer extension. */
#include "guest.h"
#include "sbi.h"

#define TICKS_PER_SECOND 10

static volatile uint64_t ticks;

uint64_t time_now(void) { return csr_read(time); }
uint64_t timer_ticks(void) { return ticks; }

static void arm(void) {
  sbi_call(SBI_EXT_TIME, SBI_TIME_SET_TIMER, time_now() + machine.timebase / TICKS_PER_SECOND, 0, 0);
}

void timer_interrupt(void) {
  ticks++;
  arm();
}

void timer_init(void) {
  arm();
  csr_set(sie, BIT(IRQ_S_TIMER));
}
