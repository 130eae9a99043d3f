/* The virtio core: transports, negotiation, split virtqueues; drivers are rows of virtio_drivers. */
#ifndef HMP_VIRTIO_H
#define HMP_VIRTIO_H

#include "guest.h"
#include "virtio_mmio.h"

#define VIRTQ_SIZE 64
#define VIRTQ_MAX_SEGMENTS 4
#define VIRTIO_MAX_QUEUES 3
#define VIRTIO_MAX_DEVICES 16

/* Split virtqueue layout (virtio 1.2, section 2.7). */
struct virtq_desc {
  uint64_t addr;
  uint32_t len;
  uint16_t flags, next;
};
struct virtq_avail {
  uint16_t flags, idx, ring[];
};
struct virtq_used_elem {
  uint32_t id, len;
};
struct virtq_used {
  uint16_t flags, idx;
  struct virtq_used_elem ring[];
};

struct virtio_device;

struct virtqueue {
  struct virtio_device *device;
  unsigned index, num, free_count;
  uint16_t free_head, last_used, next_avail, kicked;
  bool silent;
  struct virtq_desc *desc, (*indirect)[VIRTQ_MAX_SEGMENTS];
  volatile struct virtq_avail *avail;
  volatile struct virtq_used *used;
  void *cookies[VIRTQ_SIZE];
  uint64_t kicks, kicks_saved;
};

/* One segment of a request; segments the device reads come before those it writes. */
struct virtq_segment {
  void *data;
  uint32_t size;
};

struct feature_name {
  unsigned bit;
  const char *name;
};

struct virtio_driver {
  const char *name;
  uint32_t device_id;
  uint64_t features;
  const struct feature_name *feature_names; /* ends with a NULL name */
  bool (*probe)(struct virtio_device *device);
  void (*deferred)(struct virtio_device *device, uint32_t interrupts);
};

struct virtio_device {
  uintptr_t registers;
  uint64_t physical, offered, negotiated;
  uint32_t version, device_id;
  unsigned irq, queue_count;
  const struct virtio_driver *driver;
  struct virtqueue queues[VIRTIO_MAX_QUEUES];
  uint32_t deferred;
  uint64_t interrupts;
};

extern const struct virtio_driver rng_driver, blk_driver, net_driver, console_driver, balloon_driver;

/* virtio.c */
void virtio_init(void);
bool virtio_has_deferred(void);
void virtio_deferred(void);
bool virtio_has_feature(const struct virtio_device *device, unsigned bit);
void virtio_driver_ok(struct virtio_device *device);
uint32_t virtio_config32(const struct virtio_device *device, unsigned offset);
uintptr_t virtio_config(const struct virtio_device *device, unsigned offset);
unsigned virtio_device_count(void);
struct virtio_device *virtio_device_at(unsigned index);

/* virtqueue.c */
struct virtqueue *virtq_setup(struct virtio_device *device, unsigned index, bool silent);
bool virtq_add(struct virtqueue *queue, const struct virtq_segment *segments, unsigned out, unsigned in,
               void *cookie);
void virtq_kick(struct virtqueue *queue);
bool virtq_has_used(void *queue);
void *virtq_take(struct virtqueue *queue, uint32_t *size);
bool virtq_request(struct virtqueue *queue, const struct virtq_segment *segments, unsigned out, unsigned in,
                   uint32_t *size);

/* Shell commands of the drivers. */
void command_virtio(const char *args);
void command_rng(const char *args);
void command_disk(const char *args);
void command_net(const char *args);
void command_console(const char *args);
void balloon_print(void);

#endif
