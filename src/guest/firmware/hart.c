/* One hart: CSRs, memory protection, and the state machine of the HSM extension. */
#include "firmware.h"
#include "sbi.h"

/* Everything that S-mode can handle itself: all but environment calls from S and M. */
#define DELEGATED_EXCEPTIONS 0xb1ff
#define DELEGATED_INTERRUPTS (BIT(IRQ_S_SOFT) | BIT(IRQ_S_TIMER) | BIT(IRQ_S_EXT))

#define PMP_NAPOT 0x18
#define PMP_RWX 0x07
#define PMPADDR_NAPOT(base, size) (((uint64_t)(base) >> 2) | (((uint64_t)(size) >> 3) - 1))

#define MSTATEEN_SE0 BIT(63)
#define MSTATEEN_ENVCFG BIT(62)
/* The interrupt architecture: what siselect selects, all else of it, its controller for messages. */
#define MSTATEEN_INTERRUPTS (BIT(60) | BIT(59) | BIT(58))
/* cycle, time and instret; the performance counters stay the supervisor's */
#define SCOUNTEREN_BASIC 7UL

unsigned current_hart(void) { return (unsigned)csr_read(mhartid); }

/* Entry 0 hides the firmware from S and U, entry 1 opens the rest; the lower entry wins. */
static void protect_firmware(void) {
  if (!probe_write_pmpaddr0(PMPADDR_NAPOT(FIRMWARE_BASE, FIRMWARE_SIZE))) return;
  csr_write(pmpaddr1, ~0UL);
  csr_write(pmpcfg0, PMP_NAPOT | (PMP_NAPOT | PMP_RWX) << 8);
  sfence_vma_all();
}

void hart_init_csrs(void) {
  csr_write(medeleg, DELEGATED_EXCEPTIONS);
  csr_write(mideleg, DELEGATED_INTERRUPTS);
  probe_write_mcounteren(~0UL);
  csr_write(scounteren, SCOUNTEREN_BASIC); /* for rdtime in programs: Linux leaves it as it finds it */
  probe_write_mstateen0(MSTATEEN_SE0 | MSTATEEN_ENVCFG | MSTATEEN_INTERRUPTS);
  protect_firmware();
  timer_init_hart();
  ipi_init_hart();
}

static uint32_t state_of(unsigned hartid) { return __atomic_load_n(&harts[hartid].state, __ATOMIC_ACQUIRE); }

static void set_state(unsigned hartid, uint32_t state) {
  __atomic_store_n(&harts[hartid].state, state, __ATOMIC_RELEASE);
}

/* Waits in M-mode, interrupts masked, until another hart starts this one. */
_Noreturn void hart_park(void) {
  unsigned id = current_hart();
  csr_write(mie, BIT(board.ipi_line));
  csr_clear(mip, BIT(IRQ_S_SOFT));
  while (state_of(id) != SBI_HSM_START_PENDING) {
    wait_for_interrupt();
    ipi_service();
  }
  uint64_t address = harts[id].start_address, opaque = harts[id].start_opaque;
  set_state(id, SBI_HSM_STARTED);
  enter_supervisor(id, opaque, address, hart_stack_top(id));
}

static bool hart_exists(uint64_t hartid) { return hartid < MAX_HARTS && harts[hartid].present; }

struct sbi_ret hart_start(uint64_t hartid, uint64_t address, uint64_t opaque) {
  if (!hart_exists(hartid)) return (struct sbi_ret){SBI_ERR_INVALID_PARAM, 0};
  if (address - FIRMWARE_BASE < FIRMWARE_SIZE) return (struct sbi_ret){SBI_ERR_INVALID_ADDRESS, 0};
  if (state_of((unsigned)hartid) != SBI_HSM_STOPPED) return (struct sbi_ret){SBI_ERR_ALREADY_AVAILABLE, 0};
  harts[hartid].start_address = address;
  harts[hartid].start_opaque = opaque;
  set_state((unsigned)hartid, SBI_HSM_START_PENDING);
  ipi_send((unsigned)hartid, IPI_START);
  return (struct sbi_ret){SBI_SUCCESS, 0};
}

_Noreturn void hart_stop(void) {
  timer_set(~0UL);
  set_state(current_hart(), SBI_HSM_STOPPED);
  hart_park();
}

struct sbi_ret hart_status(uint64_t hartid) {
  if (!hart_exists(hartid)) return (struct sbi_ret){SBI_ERR_INVALID_PARAM, 0};
  return (struct sbi_ret){SBI_SUCCESS, state_of((unsigned)hartid)};
}

/* Sleeps until an interrupt that S-mode enabled is pending. */
static void sleep_until_supervisor_interrupt(void) {
  while ((csr_read(mip) & csr_read(mie) & DELEGATED_INTERRUPTS) == 0) {
    wait_for_interrupt();
    ipi_service();
    if ((csr_read(mip) & csr_read(mie) & BIT(IRQ_M_TIMER)) != 0) timer_expired();
  }
}

struct sbi_ret hart_suspend(uint64_t type, uint64_t address, uint64_t opaque) {
  bool retentive = type == SBI_HSM_SUSPEND_RETENTIVE;
  if (!retentive && type != SBI_HSM_SUSPEND_NON_RETENTIVE) return (struct sbi_ret){SBI_ERR_INVALID_PARAM, 0};
  if (!retentive && address - FIRMWARE_BASE < FIRMWARE_SIZE) {
    return (struct sbi_ret){SBI_ERR_INVALID_ADDRESS, 0};
  }
  unsigned id = current_hart();
  set_state(id, SBI_HSM_SUSPENDED);
  sleep_until_supervisor_interrupt();
  set_state(id, SBI_HSM_STARTED);
  if (!retentive) enter_supervisor(id, opaque, address, hart_stack_top(id));
  return (struct sbi_ret){SBI_SUCCESS, 0};
}
