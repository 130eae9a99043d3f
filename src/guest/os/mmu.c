/* Sv39 tables, built before translation is on: an identity map and its alias in the high half.
   The high alias of RAM leaves the firmware out and gives the guest's own 2 MiB page-wise permissions. */
#include "guest.h"

#define PTE_V 0x01UL
#define PTE_R 0x02UL
#define PTE_W 0x04UL
#define PTE_X 0x08UL
#define PTE_A 0x40UL
#define PTE_D 0x80UL
#define PTE_RW (PTE_V | PTE_R | PTE_W | PTE_A | PTE_D)

#define ENTRIES 512
#define GIGABYTE (1UL << 30)
#define MEGAPAGE (1UL << 21)
#define IMAGE_BASE 0x80200000UL
#define HIGH_ROOT_INDEX 256

typedef uint64_t page_table[ENTRIES] __attribute__((aligned(PAGE_SIZE)));

page_table root_table;
static page_table first_gigabyte;
static page_table image_pages;

extern char text_end[], rodata_end[];

static uint64_t leaf(uint64_t physical, uint64_t flags) { return physical >> 12 << 10 | flags; }
static uint64_t pointer_to(const uint64_t *table) { return leaf((uint64_t)table, PTE_V); }

/* Runs at physical addresses: so do the symbols, which are all pc-relative. */
static void map_image(void) {
  for (unsigned i = 0; i < ENTRIES; i++) {
    uint64_t physical = IMAGE_BASE + i * (uint64_t)PAGE_SIZE;
    uint64_t flags = PTE_RW;
    if (physical < (uint64_t)text_end) flags = PTE_V | PTE_R | PTE_X | PTE_A;
    else if (physical < (uint64_t)rodata_end) flags = PTE_V | PTE_R | PTE_A;
    image_pages[i] = leaf(physical, flags);
  }
}

static void map_first_gigabyte(uint64_t base, uint64_t size) {
  for (uint64_t i = 1; i < ENTRIES && i * MEGAPAGE < size; i++) {
    first_gigabyte[i] = leaf(base + i * MEGAPAGE, PTE_RW);
  }
  first_gigabyte[(IMAGE_BASE - base) / MEGAPAGE] = pointer_to(image_pages);
}

void mmu_build(const void *fdt) {
  uint64_t base = 0x80000000, size = GIGABYTE;
  fdt_memory(fdt, &base, &size);
  uint64_t ram_gigabytes = (size + GIGABYTE - 1) / GIGABYTE, first = base / GIGABYTE;
  for (uint64_t i = 0; i < first; i++) {
    root_table[i] = leaf(i * GIGABYTE, PTE_RW);
    root_table[HIGH_ROOT_INDEX + i] = leaf(i * GIGABYTE, PTE_RW);
  }
  for (uint64_t i = first; i < first + ram_gigabytes && i < HIGH_ROOT_INDEX; i++) {
    root_table[i] = leaf(i * GIGABYTE, PTE_RW | PTE_X);
    root_table[HIGH_ROOT_INDEX + i] = leaf(i * GIGABYTE, PTE_RW);
  }
  map_image();
  map_first_gigabyte(base, size);
  root_table[HIGH_ROOT_INDEX + first] = pointer_to(first_gigabyte);
}
