/* Secondary harts: started and stopped through HSM, asleep in between. */
#include "guest.h"
#include "sbi.h"

struct secondary {
  void *stack;
  volatile bool stop_wanted;
  volatile uint64_t wakeups;
};

static struct secondary secondaries[MAX_HARTS];

extern char secondary_start[];

/* Interrupts are masked but for the moment after wfi, so that no wish to stop is slept through. */
_Noreturn void secondary_main(uint64_t hartid) {
  struct secondary *self = &secondaries[hartid];
  csr_write(sie, BIT(IRQ_S_SOFT));
  while (!self->stop_wanted) {
    wait_for_interrupt();
    self->wakeups++;
    irq_on();
    irq_save();
  }
  sbi_call(SBI_EXT_HSM, SBI_HSM_HART_STOP, 0, 0, 0);
  for (;;) wait_for_interrupt();
}

void hart_soft_interrupt(void) { csr_clear(sip, BIT(IRQ_S_SOFT)); }

struct awaited_state {
  uint64_t hartid, state;
};

static bool has_state(void *argument) {
  const struct awaited_state *awaited = argument;
  struct sbi_answer status = sbi_call(SBI_EXT_HSM, SBI_HSM_HART_GET_STATUS, awaited->hartid, 0, 0);
  return status.value == awaited->state;
}

static long await_state(uint64_t hartid, uint64_t state) {
  struct awaited_state awaited = {hartid, state};
  return wait_until(has_state, &awaited) ? SBI_SUCCESS : SBI_ERR_FAILED;
}

static long start_hart(uint64_t hartid) {
  struct secondary *hart = &secondaries[hartid];
  if (hart->stack == NULL) hart->stack = pages_alloc_contiguous(HART_STACK_SIZE / PAGE_SIZE);
  if (hart->stack == NULL) return SBI_ERR_FAILED;
  hart->stop_wanted = false;
  uint64_t stack_top = physical_of(hart->stack) + HART_STACK_SIZE;
  long error = sbi_call(SBI_EXT_HSM, SBI_HSM_HART_START, hartid, physical_of(secondary_start), stack_top).error;
  return error == SBI_SUCCESS ? await_state(hartid, SBI_HSM_STARTED) : error;
}

static long wake_hart(uint64_t hartid) { return sbi_call(SBI_EXT_IPI, SBI_IPI_SEND_IPI, 1, hartid, 0).error; }

static const char *state_name(uint64_t state) {
  static const char names[][16] = {"started",   "stopped",         "start pending", "stop pending",
                                   "suspended", "suspend pending", "resume pending"};
  return state < sizeof names / sizeof names[0] ? names[state] : "unknown";
}

static void print_hart(uint64_t hartid) {
  struct sbi_answer status = sbi_call(SBI_EXT_HSM, SBI_HSM_HART_GET_STATUS, hartid, 0, 0);
  const char *state = status.error != SBI_SUCCESS ? "unknown" : state_name(status.value);
  if (hartid == machine.boot_hart) print("hart %lu: %s, boot hart, %lu ticks\n", hartid, state, timer_ticks());
  else print("hart %lu: %s, %lu wakeups\n", hartid, state, secondaries[hartid].wakeups);
}

void harts_start_all(void) {
  uint64_t hartid;
  for (int cpu = fdt_next_cpu(machine.fdt, FDT_NONE, &hartid); cpu >= 0;
       cpu = fdt_next_cpu(machine.fdt, cpu, &hartid)) {
    if (hartid != machine.boot_hart && hartid < MAX_HARTS) start_hart(hartid);
  }
}

static void print_all_harts(void) {
  uint64_t hartid;
  for (int cpu = fdt_next_cpu(machine.fdt, FDT_NONE, &hartid); cpu >= 0;
       cpu = fdt_next_cpu(machine.fdt, cpu, &hartid)) {
    if (hartid < MAX_HARTS) print_hart(hartid);
  }
}

static void report(const char *what, uint64_t hartid, long error) {
  if (error == SBI_SUCCESS) print("hart %lu: %s\n", hartid, what);
  else print("hart %lu: SBI error %ld\n", hartid, error);
}

static void stop_hart(uint64_t hartid) {
  if (hartid == machine.boot_hart) {
    print("hart %lu: runs this shell\n", hartid);
    return;
  }
  secondaries[hartid].stop_wanted = true;
  long error = wake_hart(hartid);
  if (error == SBI_SUCCESS) error = await_state(hartid, SBI_HSM_STOPPED);
  report("stopped", hartid, error);
}

void command_cpus(const char *args) {
  uint64_t hartid;
  bool start = take_word(&args, "start"), stop = !start && take_word(&args, "stop");
  bool wake = !start && !stop && take_word(&args, "wake");
  if (!start && !stop && !wake && *args == 0) {
    print_all_harts();
    return;
  }
  if ((!start && !stop && !wake) || !parse_number(&args, &hartid) || hartid >= MAX_HARTS) {
    print("usage: cpus [start|stop|wake HART]\n");
    return;
  }
  if (stop) stop_hart(hartid);
  else if (start) report("started", hartid, start_hart(hartid));
  else report("woken", hartid, wake_hart(hartid));
}
