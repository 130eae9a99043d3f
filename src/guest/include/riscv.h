/* RISC-V privileged architecture: CSR access, status bits, interrupt and exception codes. */
#ifndef HMP_RISCV_H
#define HMP_RISCV_H

#include <stdbool.h>
#include <stdint.h>

#define csr_read(csr)                                            \
  ({                                                             \
    uint64_t value_;                                             \
    __asm__ volatile("csrr %0, " #csr : "=r"(value_)::"memory"); \
    value_;                                                      \
  })
#define csr_write(csr, value) __asm__ volatile("csrw " #csr ", %0" ::"rK"((uint64_t)(value)) : "memory")
#define csr_set(csr, bits) __asm__ volatile("csrs " #csr ", %0" ::"rK"((uint64_t)(bits)) : "memory")
#define csr_clear(csr, bits) __asm__ volatile("csrc " #csr ", %0" ::"rK"((uint64_t)(bits)) : "memory")

#define SSTATUS_SIE (1UL << 1)

#define MSTATUS_MPIE (1UL << 7)
#define MSTATUS_MPP (3UL << 11)
#define MSTATUS_MPP_S (1UL << 11)

#define CAUSE_INTERRUPT (1UL << 63)
#define IRQ_S_SOFT 1
#define IRQ_M_SOFT 3
#define IRQ_S_TIMER 5
#define IRQ_M_TIMER 7
#define IRQ_S_EXT 9
#define IRQ_M_EXT 11
#define BIT(n) (1UL << (n))

#define CAUSE_S_ECALL 9
#define CAUSE_M_ECALL 11

#define SATP_SV39 (8UL << 60)

static inline void wait_for_interrupt(void) { __asm__ volatile("wfi" ::: "memory"); }
static inline void fence_all(void) { __asm__ volatile("fence iorw, iorw" ::: "memory"); }
static inline void fence_i(void) { __asm__ volatile("fence.i" ::: "memory"); }
static inline void sfence_vma_all(void) { __asm__ volatile("sfence.vma" ::: "memory"); }

#endif
