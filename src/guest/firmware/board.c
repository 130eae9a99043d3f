/* Devices and harts from the device tree, with the virt board's addresses where it is silent. */
#include "firmware.h"

#define VIRT_UART 0x10000000
#define VIRT_TEST 0x100000
#define VIRT_CLINT 0x2000000
#define CLINT_MTIMECMP 0x4000

struct board board;
struct hart harts[MAX_HARTS];

static bool find_reg(const void *fdt, const char *compatible, unsigned index, uintptr_t *address) {
  int node = fdt_find_compatible(fdt, FDT_NONE, compatible);
  uint64_t size;
  return node >= 0 && fdt_reg(fdt, node, index, address, &size);
}

static void find_clint(const void *fdt) {
  uintptr_t clint = VIRT_CLINT;
  find_reg(fdt, "riscv,clint0", 0, &clint);
  board.mswi = clint;
  board.mtimecmp = clint + CLINT_MTIMECMP;
  find_reg(fdt, "riscv,aclint-mswi", 0, &board.mswi);
  find_reg(fdt, "riscv,aclint-mtimer", 1, &board.mtimecmp);
}

static void find_harts(const void *fdt) {
  uint64_t hartid;
  for (int cpu = fdt_next_cpu(fdt, FDT_NONE, &hartid); cpu >= 0; cpu = fdt_next_cpu(fdt, cpu, &hartid)) {
    if (hartid >= MAX_HARTS) continue;
    harts[hartid].present = true;
    board.hart_count++;
  }
}

void board_init(const void *fdt) {
  board = (struct board){
      .uart = VIRT_UART, .test_device = VIRT_TEST, .mswi = VIRT_CLINT, .mtimecmp = VIRT_CLINT + CLINT_MTIMECMP};
  if (fdt_valid(fdt)) {
    find_reg(fdt, "ns16550a", 0, &board.uart);
    find_reg(fdt, "sifive,test0", 0, &board.test_device);
    find_clint(fdt);
    find_harts(fdt);
    fdt_memory(fdt, &board.ram_base, &board.ram_size);
  }
  if (!harts[current_hart()].present) board.hart_count++;
  harts[current_hart()].present = true;
}
