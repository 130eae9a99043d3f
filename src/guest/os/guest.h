/* Shared by all parts of the S-mode guest. */
#ifndef HMP_GUEST_H
#define HMP_GUEST_H

#define HIGH_HALF 0xffffffc000000000
#define SATP_MODE_SV39 (8 << 60)
#define HART_STACK_SIZE 0x4000
#define PAGE_SIZE 4096

#ifndef __ASSEMBLER__
#include "lib.h"
#include "riscv.h"

static inline void *high_of(uint64_t physical) { return (void *)(physical + HIGH_HALF); }
static inline uint64_t physical_of(const void *high) { return (uint64_t)high - HIGH_HALF; }

/* main.c: what the boot found. */
struct machine {
  const void *fdt;
  const char *bootargs;
  uint64_t fdt_physical, memory_base, memory_size, timebase;
  unsigned boot_hart, hart_count;
};
extern struct machine machine;

/* trap.c */
struct trap_frame {
  uint64_t x[32];
};
uint64_t irq_save(void);
void irq_restore(uint64_t saved);
void irq_on(void);

/* console.c: the serial port. */
void serial_init(void);
void serial_interrupt(void);
int serial_get(void);
bool serial_has_input(void);
void put_char(char c);
void print(const char *text, ...) __attribute__((format(printf, 1, 2)));

/* plic.c */
bool plic_init(void);
void plic_enable(unsigned irq, void (*handler)(void *), void *argument);
void plic_interrupt(void);

/* timer.c */
void timer_init(void);
void timer_interrupt(void);
uint64_t time_now(void);
uint64_t timer_ticks(void);

/* pages.c: the page allocator. */
void pages_init(void);
void *page_alloc(void);
void *pages_alloc_contiguous(unsigned count);
void page_free(void *page);
uint64_t pages_free_count(void);
uint64_t pages_total_count(void);

/* harts.c */
void harts_start_all(void);
void hart_soft_interrupt(void);
void command_cpus(const char *args);

/* sbi_call.c */
struct sbi_answer {
  long error;
  uint64_t value;
};
struct sbi_answer sbi_call(uint64_t extension, uint64_t function, uint64_t a0, uint64_t a1, uint64_t a2);

/* sbi_report.c */
void command_sbi(const char *args);

/* idle.c: work that interrupts leave for the main line, and waiting for it. */
void idle_once(void);
bool wait_until(bool (*done)(void *), void *argument);
void run_deferred(void);

/* panic.c */
_Noreturn void panic(const char *why);

/* shell.c */
_Noreturn void shell_run(void);
void shell_notice(const char *text, ...) __attribute__((format(printf, 1, 2)));
const char *skip_spaces(const char *text);
bool take_word(const char **text, const char *word);

/* bootargs.c */
bool bootarg_number(const char *key, uint64_t *value);

/* memory.c */
void command_mem(const char *args);
#endif
#endif
