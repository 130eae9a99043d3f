/* The supervisor timer: stimecmp where the hart has Sstc, else MTIMER's interrupt passed on as STIP. */
#include "firmware.h"
#include "mmio.h"

#define CSR_STIMECMP "0x14d"
#define CSR_MENVCFG "0x30a"
/* Cache-block operations for S-mode, page-based memory types, S-mode timer. */
#define MENVCFG_CACHE_BLOCKS 0xf0UL
#define MENVCFG_PBMTE BIT(62)
#define MENVCFG_STCE BIT(63)

bool has_sstc;

static void write_stimecmp(uint64_t deadline) { __asm__ volatile("csrw " CSR_STIMECMP ", %0" ::"r"(deadline)); }

/* Opens what menvcfg has for S-mode; true when the timer bit stayed set and the register behind it is there. */
static bool enable_sstc(void) {
  uint64_t value;
  if (!probe_write_menvcfg(MENVCFG_STCE | MENVCFG_CACHE_BLOCKS | MENVCFG_PBMTE)) return false;
  __asm__ volatile("csrr %0, " CSR_MENVCFG : "=r"(value));
  return (value & MENVCFG_STCE) != 0 && probe_write_stimecmp(~0UL);
}

void timer_init_hart(void) {
  has_sstc = enable_sstc();
  mmio_write64(board.mtimecmp + 8UL * current_hart(), ~0UL);
}

void timer_set(uint64_t deadline) {
  if (has_sstc) {
    write_stimecmp(deadline);
    return;
  }
  mmio_write64(board.mtimecmp + 8UL * current_hart(), deadline);
  csr_clear(mip, BIT(IRQ_S_TIMER));
  csr_set(mie, BIT(IRQ_M_TIMER));
}

void timer_expired(void) {
  csr_clear(mie, BIT(IRQ_M_TIMER));
  csr_set(mip, BIT(IRQ_S_TIMER));
}
