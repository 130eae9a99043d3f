/* Page allocator: a mark that rises through RAM behind the image, and a list of pages given back. */
#include "guest.h"

struct free_page {
  struct free_page *next;
};

struct range {
  uint64_t start, end;
};

extern char image_end[];

static uint64_t mark, limit, total, available;
static struct free_page *given_back;
static struct range reserved[2];

static uint64_t page_up(uint64_t address) { return (address + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1UL); }

static uint64_t chosen_address(const char *name) {
  int chosen = fdt_child(machine.fdt, FDT_ROOT, "chosen");
  uint32_t size = 0;
  if (chosen < 0 || fdt_prop(machine.fdt, chosen, name, &size) == NULL) return 0;
  uint64_t first = fdt_cell(machine.fdt, chosen, name, 0, 0);
  return size == 8 ? first << 32 | fdt_cell(machine.fdt, chosen, name, 1, 0) : first;
}

/* Moves an address out of the reserved ranges that overlap [address, address + size). */
static uint64_t skip_reserved(uint64_t address, uint64_t size) {
  for (unsigned i = 0; i < 2; i++) {
    if (address < reserved[i].end && address + size > reserved[i].start) {
      return skip_reserved(page_up(reserved[i].end), size);
    }
  }
  return address;
}

static uint64_t count_pages(void) {
  uint64_t pages = (limit - mark) / PAGE_SIZE;
  for (unsigned i = 0; i < 2; i++) {
    if (reserved[i].start < limit) pages -= (page_up(reserved[i].end) - reserved[i].start) / PAGE_SIZE;
  }
  return pages;
}

void pages_init(void) {
  uint64_t fdt_start = machine.fdt_physical & ~(PAGE_SIZE - 1UL);
  uint64_t initrd = chosen_address("linux,initrd-start");
  reserved[0] = (struct range){fdt_start, machine.fdt_physical + fdt_size(machine.fdt)};
  reserved[1] = (struct range){initrd, initrd == 0 ? 0 : chosen_address("linux,initrd-end")};
  mark = physical_of(image_end);
  limit = machine.memory_base + machine.memory_size;
  total = available = count_pages();
}

void *pages_alloc_contiguous(unsigned count) {
  uint64_t saved = irq_save();
  uint64_t size = count * (uint64_t)PAGE_SIZE;
  uint64_t start = skip_reserved(mark, size);
  void *pages = NULL;
  if (start + size <= limit) {
    mark = start + size;
    available -= count;
    pages = high_of(start);
  }
  irq_restore(saved);
  if (pages != NULL) memset(pages, 0, size);
  return pages;
}

/* A page of arbitrary content, or NULL. */
void *page_alloc(void) {
  uint64_t saved = irq_save();
  struct free_page *page = given_back;
  if (page != NULL) {
    given_back = page->next;
    available--;
  } else {
    uint64_t start = skip_reserved(mark, PAGE_SIZE);
    if (start + PAGE_SIZE <= limit) {
      page = high_of(start);
      mark = start + PAGE_SIZE;
      available--;
    }
  }
  irq_restore(saved);
  return page;
}

void page_free(void *page) {
  uint64_t saved = irq_save();
  struct free_page *free = page;
  free->next = given_back;
  given_back = free;
  available++;
  irq_restore(saved);
}

uint64_t pages_free_count(void) { return available; }
uint64_t pages_total_count(void) { return total; }
