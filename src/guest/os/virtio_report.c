/* The `virtio` command: devices, negotiated features, rings. */
#include "mmio.h"
#include "virtio.h"

static const struct feature_name ring_names[] = {{VIRTIO_F_ANY_LAYOUT, "ANY_LAYOUT"},
                                                 {VIRTIO_F_RING_INDIRECT_DESC, "RING_INDIRECT_DESC"},
                                                 {VIRTIO_F_RING_EVENT_IDX, "RING_EVENT_IDX"},
                                                 {VIRTIO_F_VERSION_1, "VERSION_1"},
                                                 {0, NULL}};

static void print_names(const struct virtio_device *device, const struct feature_name *names) {
  for (; names->name != NULL; names++) {
    if (virtio_has_feature(device, names->bit)) print(" %s", names->name);
  }
}

static void print_queue(const struct virtqueue *queue) {
  if (queue->num == 0) return;
  print("  queue %u: size %u desc 0x%lx avail 0x%lx used 0x%lx avail.idx %u used.idx %u kicks %lu saved %lu\n",
        queue->index, queue->num, physical_of(queue->desc), physical_of((const void *)queue->avail),
        physical_of((const void *)queue->used), queue->avail->idx, queue->used->idx, queue->kicks,
        queue->kicks_saved);
}

static void print_device(const struct virtio_device *device) {
  print("0x%lx irq %u: %s id %u %s status 0x%02x interrupts %lu\n", device->physical, device->irq,
        device->driver == NULL ? "no driver," : device->driver->name, device->device_id,
        device->version == VIRTIO_MMIO_LEGACY ? "legacy" : "modern",
        mmio_read32(device->registers + VIRTIO_MMIO_STATUS), device->interrupts);
  if (device->driver == NULL) return;
  print("  offered 0x%lx negotiated 0x%lx:", device->offered, device->negotiated);
  print_names(device, device->driver->feature_names);
  print_names(device, ring_names);
  print("\n");
  for (unsigned i = 0; i < device->queue_count; i++) print_queue(&device->queues[i]);
}

void command_virtio(const char *args) {
  (void)args;
  if (virtio_device_count() == 0) print("no virtio devices\n");
  for (unsigned i = 0; i < virtio_device_count(); i++) print_device(virtio_device_at(i));
}
