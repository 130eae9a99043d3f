/* Inter-processor interrupts over MSWI or messages: supervisor IPIs, hart starts and remote fences. */
#include "firmware.h"
#include "mmio.h"
#include "sbi.h"

#define MSIP(hartid) (board.mswi + 4UL * (hartid))

/* An interrupt file (RISC-V AIA 1.0, chapter 3): the page that takes messages, and its registers behind csrs. */
#define FILE_OF(hartid) (board.imsic_m + 0x1000UL * (hartid))
#define IPI_IDENTITY 1
#define CSR_MISELECT "0x350"
#define CSR_MIREG "0x351"
#define CSR_MTOPEI "0x35c"
#define EIDELIVERY 0x70UL
#define EITHRESHOLD 0x72UL
#define EIE0 0xc0UL

static void write_file(uint64_t select, uint64_t value) {
  __asm__ volatile("csrw " CSR_MISELECT ", %0\n\tcsrw " CSR_MIREG ", %1" ::"r"(select), "r"(value));
}

void ipi_init_hart(void) {
  if (board.mswi == 0) {
    write_file(EITHRESHOLD, 0);
    write_file(EIE0, BIT(IPI_IDENTITY));
    write_file(EIDELIVERY, 1);
  }
  csr_set(mie, BIT(board.ipi_line));
}

static void ring(unsigned hartid) {
  fence_all();
  if (board.mswi != 0) mmio_write32(MSIP(hartid), 1);
  else mmio_write32(FILE_OF(hartid), IPI_IDENTITY);
}

static void silence(unsigned self) {
  if (board.mswi != 0) mmio_write32(MSIP(self), 0);
  else __asm__ volatile("csrw " CSR_MTOPEI ", zero");
}

/* Flushes both instruction fetch and translations: every requested fence is contained in that. */
static void serve_fences(struct hart *self) {
  uint32_t requesters = __atomic_exchange_n(&self->fence_requesters, 0, __ATOMIC_ACQ_REL);
  if (requesters == 0) return;
  sfence_vma_all();
  fence_i();
  for (unsigned id = 0; id < MAX_HARTS; id++) {
    if (requesters & BIT(id)) __atomic_fetch_sub(&harts[id].fence_outstanding, 1, __ATOMIC_ACQ_REL);
  }
}

void ipi_service(void) {
  unsigned id = current_hart();
  silence(id);
  fence_all();
  serve_fences(&harts[id]);
  uint32_t events = __atomic_exchange_n(&harts[id].events, 0, __ATOMIC_ACQ_REL);
  if (events & IPI_SUPERVISOR) csr_set(mip, BIT(IRQ_S_SOFT));
}

void ipi_send(unsigned hartid, uint32_t event) {
  __atomic_fetch_or(&harts[hartid].events, event, __ATOMIC_ACQ_REL);
  ring(hartid);
}

/* Resolves an SBI hart mask into a set of harts; false when it names a hart that does not exist. */
static bool resolve_mask(uint64_t mask, uint64_t base, uint32_t *set) {
  *set = 0;
  for (unsigned id = 0; id < MAX_HARTS; id++) {
    bool named = base == ~0UL || (id >= base && id - base < 64 && (mask >> (id - base) & 1) != 0);
    if (!named || !harts[id].present) continue;
    *set |= (uint32_t)BIT(id);
    if (base != ~0UL) mask &= ~BIT(id - base);
  }
  return base == ~0UL || mask == 0;
}

static bool runs_supervisor(unsigned hartid) {
  uint32_t state = __atomic_load_n(&harts[hartid].state, __ATOMIC_ACQUIRE);
  return state == SBI_HSM_STARTED || state == SBI_HSM_SUSPENDED;
}

struct sbi_ret ipi_send_mask(uint64_t mask, uint64_t base) {
  uint32_t set;
  if (!resolve_mask(mask, base, &set)) return (struct sbi_ret){SBI_ERR_INVALID_PARAM, 0};
  for (unsigned id = 0; id < MAX_HARTS; id++) {
    if ((set & BIT(id)) && runs_supervisor(id)) ipi_send(id, IPI_SUPERVISOR);
  }
  return (struct sbi_ret){SBI_SUCCESS, 0};
}

/* Serves its own requests while it waits: two harts may fence each other at once. */
struct sbi_ret fence_mask(uint64_t mask, uint64_t base) {
  uint32_t set;
  if (!resolve_mask(mask, base, &set)) return (struct sbi_ret){SBI_ERR_INVALID_PARAM, 0};
  unsigned self = current_hart();
  for (unsigned id = 0; id < MAX_HARTS; id++) {
    if (!(set & BIT(id)) || id == self || !runs_supervisor(id)) continue;
    __atomic_fetch_add(&harts[self].fence_outstanding, 1, __ATOMIC_ACQ_REL);
    __atomic_fetch_or(&harts[id].fence_requesters, BIT(self), __ATOMIC_ACQ_REL);
    ring(id);
  }
  if (set & BIT(self)) {
    sfence_vma_all();
    fence_i();
  }
  while (__atomic_load_n(&harts[self].fence_outstanding, __ATOMIC_ACQUIRE) != 0) serve_fences(&harts[self]);
  return (struct sbi_ret){SBI_SUCCESS, 0};
}
