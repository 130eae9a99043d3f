/* Waiting: sleep until an interrupt, then do the work that it left for the main line. */
#include "guest.h"
#include "virtio.h"

#define WAIT_SECONDS 10

void run_deferred(void) { virtio_deferred(); }

/* The check and wfi run with interrupts masked: a pending one still ends wfi, and none is lost between. */
void idle_once(void) {
  run_deferred();
  uint64_t saved = irq_save();
  if (!serial_has_input() && !virtio_has_deferred()) wait_for_interrupt();
  irq_restore(saved);
}

/* Sleeps until done answers true; false when it did not within ten seconds. */
bool wait_until(bool (*done)(void *), void *argument) {
  uint64_t deadline = time_now() + WAIT_SECONDS * machine.timebase;
  for (;;) {
    uint64_t saved = irq_save();
    bool is_done = done(argument);
    if (!is_done) wait_for_interrupt();
    irq_restore(saved);
    if (is_done) return true;
    if (time_now() > deadline) return false;
  }
}
