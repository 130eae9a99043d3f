/* Shared by all parts of the M-mode firmware. */
#ifndef HMP_FIRMWARE_H
#define HMP_FIRMWARE_H

#include "harts.h"

/* The firmware's own memory: naturally aligned, so that one PMP entry covers it. */
#define FIRMWARE_BASE 0x80000000
#define FIRMWARE_SIZE 0x80000
#define HART_STACK_SIZE 0x2000

#define SUPERVISOR_BASE 0x80200000

/* fw_dynamic_info (OpenSBI's FW_DYNAMIC interface, version 2): offsets of its 64-bit members. */
#define FW_DYNAMIC_MAGIC 0x4942534f
#define FW_DYNAMIC_VERSION 2
#define FW_DYNAMIC_INFO_MAGIC 0
#define FW_DYNAMIC_INFO_VERSION 8
#define FW_DYNAMIC_INFO_BOOT_HART 40

/* This implementation's id ("hmp" in ASCII) and version 0.1 as answered by the base extension. */
#define FIRMWARE_IMPL_ID 0x686d70
#define FIRMWARE_IMPL_VERSION 0x00010000

#ifndef __ASSEMBLER__
#include "lib.h"
#include "riscv.h"

struct fw_dynamic_info {
  uint64_t magic, version, next_addr, next_mode, options, boot_hart;
};

/* Register file as trap.S saves it: x[n] is integer register n. */
struct trap_frame {
  uint64_t x[32];
};

struct sbi_ret {
  long error;
  uint64_t value;
};

enum ipi_event { IPI_SUPERVISOR = 1, IPI_START = 2 };

struct hart {
  bool present;
  uint32_t state;
  uint32_t events;
  uint32_t fence_requesters;
  uint32_t fence_outstanding;
  uint64_t start_address, start_opaque;
};

extern struct hart harts[MAX_HARTS];

/* board.c: what the device tree says. */
struct board {
  uintptr_t uart, test_device, mtimecmp;
  /* how harts wake each other in M-mode: MSWI, or messages to imsic_m where mswi is 0 */
  uintptr_t mswi, imsic_m, imsic_s;
  unsigned ipi_line;
  uint64_t ram_base, ram_size;
  unsigned hart_count;
};
extern struct board board;
void board_init(const void *fdt);

/* console.c */
void console_init(void);
void console_put(char c);
int console_get(void);
void print(const char *text, ...) __attribute__((format(printf, 1, 2)));

/* hart.c */
unsigned current_hart(void);
void hart_init_csrs(void);
_Noreturn void hart_park(void);
struct sbi_ret hart_start(uint64_t hartid, uint64_t address, uint64_t opaque);
_Noreturn void hart_stop(void);
struct sbi_ret hart_status(uint64_t hartid);
struct sbi_ret hart_suspend(uint64_t type, uint64_t address, uint64_t opaque);

/* ipi.c */
void ipi_init_hart(void);
void ipi_service(void);
void ipi_send(unsigned hartid, uint32_t event);
struct sbi_ret ipi_send_mask(uint64_t mask, uint64_t base);
struct sbi_ret fence_mask(uint64_t mask, uint64_t base);

/* timer.c */
extern bool has_sstc;
void timer_init_hart(void);
void timer_set(uint64_t deadline);
void timer_expired(void);

/* reset.c */
_Noreturn void reset_poweroff(void);
_Noreturn void reset_reboot(void);
_Noreturn void reset_failure(uint16_t code);

/* sbi.c */
void sbi_call(struct trap_frame *frame);

/* fdt_patch.c */
void fdt_reserve_firmware(void *fdt);
void fdt_hide_machine_controllers(void *fdt);

/* start.S, trap.S */
_Noreturn void enter_supervisor(uint64_t hartid, uint64_t opaque, uint64_t address, uintptr_t stack_top);
uintptr_t hart_stack_top(unsigned hartid);
void trap_entry(void);

/* probe.S: writes a CSR that may not exist; false when the access trapped. */
bool probe_write_pmpaddr0(uint64_t value);
bool probe_write_menvcfg(uint64_t value);
bool probe_write_mstateen0(uint64_t value);
bool probe_write_mcounteren(uint64_t value);
bool probe_write_stimecmp(uint64_t value);
#endif
#endif
