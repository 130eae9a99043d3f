/* Virtio transports: discovery, feature negotiation, interrupts. */
#include "virtio.h"

#include "mmio.h"

static const struct virtio_driver *const drivers[] = {&rng_driver, &blk_driver, &net_driver, &console_driver,
                                                      &balloon_driver};

static struct virtio_device devices[VIRTIO_MAX_DEVICES];
static unsigned device_count;

static uint32_t get(const struct virtio_device *device, unsigned offset) {
  return mmio_read32(device->registers + offset);
}

static void set(const struct virtio_device *device, unsigned offset, uint32_t value) {
  mmio_write32(device->registers + offset, value);
}

unsigned virtio_device_count(void) { return device_count; }
struct virtio_device *virtio_device_at(unsigned index) { return &devices[index]; }

bool virtio_has_feature(const struct virtio_device *device, unsigned bit) {
  return (device->negotiated >> bit & 1) != 0;
}

uintptr_t virtio_config(const struct virtio_device *device, unsigned offset) {
  return device->registers + VIRTIO_MMIO_CONFIG + offset;
}

uint32_t virtio_config32(const struct virtio_device *device, unsigned offset) {
  return mmio_read32(virtio_config(device, offset));
}

static void add_status(const struct virtio_device *device, uint32_t bits) {
  set(device, VIRTIO_MMIO_STATUS, get(device, VIRTIO_MMIO_STATUS) | bits);
}

void virtio_driver_ok(struct virtio_device *device) { add_status(device, VIRTIO_STATUS_DRIVER_OK); }

static uint64_t read_offered(const struct virtio_device *device) {
  set(device, VIRTIO_MMIO_DEVICE_FEATURES_SEL, 1);
  uint64_t high = get(device, VIRTIO_MMIO_DEVICE_FEATURES);
  set(device, VIRTIO_MMIO_DEVICE_FEATURES_SEL, 0);
  return high << 32 | get(device, VIRTIO_MMIO_DEVICE_FEATURES);
}

static void write_negotiated(const struct virtio_device *device) {
  set(device, VIRTIO_MMIO_DRIVER_FEATURES_SEL, 1);
  set(device, VIRTIO_MMIO_DRIVER_FEATURES, (uint32_t)(device->negotiated >> 32));
  set(device, VIRTIO_MMIO_DRIVER_FEATURES_SEL, 0);
  set(device, VIRTIO_MMIO_DRIVER_FEATURES, (uint32_t)device->negotiated);
}

/* What the driver would like, less what virtio.<name>.features on the command line masks out. */
static uint64_t wanted_features(const struct virtio_driver *driver) {
  uint64_t wanted = driver->features | BIT(VIRTIO_F_ANY_LAYOUT) | BIT(VIRTIO_F_RING_INDIRECT_DESC) |
                    BIT(VIRTIO_F_RING_EVENT_IDX);
  char key[48] = "virtio.";
  size_t size = strlen(key), name_size = strlen(driver->name);
  memcpy(key + size, driver->name, name_size);
  memcpy(key + size + name_size, ".features", sizeof ".features");
  uint64_t mask;
  return bootarg_number(key, &mask) ? wanted & mask : wanted;
}

/* VERSION_1 is no matter of taste: a modern transport takes no driver without it, a legacy one has none. */
static bool negotiate(struct virtio_device *device) {
  bool modern = device->version == VIRTIO_MMIO_MODERN;
  device->offered = read_offered(device);
  device->negotiated = device->offered & wanted_features(device->driver);
  if (modern) device->negotiated |= device->offered & BIT(VIRTIO_F_VERSION_1);
  write_negotiated(device);
  if (!modern) {
    set(device, VIRTIO_MMIO_GUEST_PAGE_SIZE, PAGE_SIZE);
    return true;
  }
  add_status(device, VIRTIO_STATUS_FEATURES_OK);
  return (get(device, VIRTIO_MMIO_STATUS) & VIRTIO_STATUS_FEATURES_OK) != 0;
}

static void on_interrupt(void *argument) {
  struct virtio_device *device = argument;
  uint32_t status = get(device, VIRTIO_MMIO_INTERRUPT_STATUS);
  set(device, VIRTIO_MMIO_INTERRUPT_ACK, status);
  device->interrupts++;
  if (device->driver->deferred != NULL) device->deferred |= status;
}

bool virtio_has_deferred(void) {
  for (unsigned i = 0; i < device_count; i++) {
    if (devices[i].deferred != 0) return true;
  }
  return false;
}

void virtio_deferred(void) {
  for (unsigned i = 0; i < device_count; i++) {
    uint64_t saved = irq_save();
    uint32_t interrupts = devices[i].deferred;
    devices[i].deferred = 0;
    irq_restore(saved);
    if (interrupts != 0) devices[i].driver->deferred(&devices[i], interrupts);
  }
}

/* A driver serves one device: the first of its kind. */
static const struct virtio_driver *driver_for(const struct virtio_device *device) {
  for (const struct virtio_device *other = devices; other < device; other++) {
    if (other->device_id == device->device_id) return NULL;
  }
  for (unsigned i = 0; i < sizeof drivers / sizeof drivers[0]; i++) {
    if (drivers[i]->device_id == device->device_id) return drivers[i];
  }
  return NULL;
}

static void start_device(struct virtio_device *device) {
  set(device, VIRTIO_MMIO_STATUS, 0);
  add_status(device, VIRTIO_STATUS_ACKNOWLEDGE);
  device->driver = driver_for(device);
  if (device->driver == NULL) return;
  add_status(device, VIRTIO_STATUS_DRIVER);
  if (!negotiate(device)) {
    print("%s: device refused features 0x%lx\n", device->driver->name, device->negotiated);
    add_status(device, VIRTIO_STATUS_FAILED);
    return;
  }
  plic_enable(device->irq, on_interrupt, device);
  if (device->driver->probe(device)) return;
  print("%s: no answer from the device\n", device->driver->name);
  add_status(device, VIRTIO_STATUS_FAILED);
}

static bool read_transport(int node, struct virtio_device *device) {
  uint64_t size;
  *device = (struct virtio_device){0};
  if (!fdt_reg(machine.fdt, node, 0, &device->physical, &size)) return false;
  device->registers = (uintptr_t)high_of(device->physical);
  device->irq = (unsigned)fdt_cell(machine.fdt, node, "interrupts", 0, 0);
  if (get(device, VIRTIO_MMIO_MAGIC_VALUE) != VIRTIO_MMIO_MAGIC) return false;
  device->version = get(device, VIRTIO_MMIO_VERSION);
  device->device_id = get(device, VIRTIO_MMIO_DEVICE_ID);
  bool known = device->version == VIRTIO_MMIO_LEGACY || device->version == VIRTIO_MMIO_MODERN;
  return known && device->device_id != 0;
}

/* Keeps devices in the order of their addresses, whatever order the tree lists them in. */
static void insert_sorted(void) {
  for (unsigned i = device_count; i > 0 && devices[i].physical < devices[i - 1].physical; i--) {
    struct virtio_device swap = devices[i];
    devices[i] = devices[i - 1];
    devices[i - 1] = swap;
  }
  device_count++;
}

void virtio_init(void) {
  int node = fdt_find_compatible(machine.fdt, FDT_NONE, "virtio,mmio");
  for (; node >= 0 && device_count < VIRTIO_MAX_DEVICES;
       node = fdt_find_compatible(machine.fdt, node, "virtio,mmio")) {
    if (read_transport(node, &devices[device_count])) insert_sorted();
  }
  for (unsigned i = 0; i < device_count; i++) start_device(&devices[i]);
}
