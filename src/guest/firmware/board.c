/* Devices and harts from the device tree, with the virt board's addresses where it is silent. */
#include "firmware.h"
#include "mmio.h"

#define VIRT_UART 0x10000000
#define VIRT_TEST 0x100000
#define VIRT_CLINT 0x2000000
#define CLINT_MTIMECMP 0x4000

struct board board;
struct hart harts[MAX_HARTS];

/* A domain's registers (RISC-V AIA 1.0, section 4.5), and the field that hands a source to child 0. */
#define APLIC_SOURCECFG(source) (4UL * (source))
#define APLIC_DELEGATED 0x400
#define APLIC_MMSICFGADDR 0x1bc0
#define APLIC_MMSICFGADDRH 0x1bc4
#define APLIC_SMSICFGADDR 0x1bc8
#define APLIC_LHXW_SHIFT 12

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
  bool has_mswi = find_reg(fdt, "riscv,aclint-mswi", 0, &board.mswi);
  has_mswi |= fdt_find_compatible(fdt, FDT_NONE, "riscv,clint0") >= 0;
  find_reg(fdt, "riscv,aclint-mtimer", 1, &board.mtimecmp);
  if (has_mswi || board.imsic_m == 0) return;
  board.mswi = 0;
  board.ipi_line = IRQ_M_EXT;
}

/* The interrupt files of each mode; the mode is told by the harts' interrupt that they lead to. */
static void find_imsics(const void *fdt) {
  int node = FDT_NONE;
  while ((node = fdt_find_compatible(fdt, node, "riscv,imsics")) >= 0) {
    uint64_t address, size;
    if (!fdt_reg(fdt, node, 0, &address, &size)) continue;
    bool machine = fdt_cell(fdt, node, "interrupts-extended", 1, 0) == IRQ_M_EXT;
    *(machine ? &board.imsic_m : &board.imsic_s) = address;
  }
}

/* Where messages go, for this domain and those below it; the files of all harts lie next to each other. */
static void set_message_addresses(uintptr_t aplic) {
  if (board.imsic_m == 0) return;
  uint32_t width = 0;
  while ((1U << width) < MAX_HARTS) width++;
  mmio_write32(aplic + APLIC_MMSICFGADDR, (uint32_t)(board.imsic_m >> 12));
  mmio_write32(aplic + APLIC_SMSICFGADDR, (uint32_t)(board.imsic_s >> 12));
  mmio_write32(aplic + APLIC_MMSICFGADDRH, width << APLIC_LHXW_SHIFT);
}

/* Every source is the supervisor's: the domain of M-mode, which has a child, hands them on. */
static void delegate_sources(const void *fdt) {
  int node = FDT_NONE;
  while ((node = fdt_find_compatible(fdt, node, "riscv,aplic")) >= 0) {
    uint64_t aplic, size;
    uint64_t sources = fdt_cell(fdt, node, "riscv,num-sources", 0, 0);
    bool has_child = fdt_cell(fdt, node, "riscv,children", 0, 0) != 0;
    if (!has_child || !fdt_reg(fdt, node, 0, &aplic, &size)) continue;
    set_message_addresses(aplic);
    for (uint64_t source = 1; source <= sources; source++) {
      mmio_write32(aplic + APLIC_SOURCECFG(source), APLIC_DELEGATED);
    }
  }
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
      .uart = VIRT_UART, .test_device = VIRT_TEST, .mswi = VIRT_CLINT, .mtimecmp = VIRT_CLINT + CLINT_MTIMECMP,
      .ipi_line = IRQ_M_SOFT};
  if (fdt_valid(fdt)) {
    find_reg(fdt, "ns16550a", 0, &board.uart);
    find_reg(fdt, "sifive,test0", 0, &board.test_device);
    find_imsics(fdt);
    find_clint(fdt);
    delegate_sources(fdt);
    find_harts(fdt);
    fdt_memory(fdt, &board.ram_base, &board.ram_size);
  }
  if (!harts[current_hart()].present) board.hart_count++;
  harts[current_hart()].present = true;
}
