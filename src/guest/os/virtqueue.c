/* Split virtqueues (virtio 1.2, section 2.7) with indirect descriptors and event indices. */
#include "mmio.h"
#include "virtio.h"

#define USED_OFFSET PAGE_SIZE
#define QUEUE_PAGES 2
/* An index that the device does not reach: it asks for no interrupt. */
#define NEVER 0x7fff

/* used_event lies behind the avail ring, avail_event behind the used ring. */
static volatile uint16_t *used_event(const struct virtqueue *queue) { return &queue->avail->ring[queue->num]; }

static volatile uint16_t *avail_event(const struct virtqueue *queue) {
  return (volatile uint16_t *)&queue->used->ring[queue->num];
}

static bool has_event_idx(const struct virtqueue *queue) {
  return virtio_has_feature(queue->device, VIRTIO_F_RING_EVENT_IDX);
}

static void write_address(const struct virtio_device *device, unsigned offset, const volatile void *address) {
  uint64_t physical = physical_of((const void *)address);
  mmio_write32(device->registers + offset, (uint32_t)physical);
  mmio_write32(device->registers + offset + 4, (uint32_t)(physical >> 32));
}

static void publish(const struct virtqueue *queue) {
  const struct virtio_device *device = queue->device;
  mmio_write32(device->registers + VIRTIO_MMIO_QUEUE_NUM, queue->num);
  if (device->version == VIRTIO_MMIO_LEGACY) {
    mmio_write32(device->registers + VIRTIO_MMIO_QUEUE_ALIGN, PAGE_SIZE);
    mmio_write32(device->registers + VIRTIO_MMIO_QUEUE_PFN, (uint32_t)(physical_of(queue->desc) / PAGE_SIZE));
    return;
  }
  write_address(device, VIRTIO_MMIO_QUEUE_DESC_LOW, queue->desc);
  write_address(device, VIRTIO_MMIO_QUEUE_DRIVER_LOW, queue->avail);
  write_address(device, VIRTIO_MMIO_QUEUE_DEVICE_LOW, queue->used);
  mmio_write32(device->registers + VIRTIO_MMIO_QUEUE_READY, 1);
}

/* Tells the device when the next interrupt is wanted: at the next used element, or never. */
static void ask_for_interrupt(struct virtqueue *queue) {
  if (has_event_idx(queue)) *used_event(queue) = (uint16_t)(queue->last_used + (queue->silent ? NEVER : 0));
  else queue->avail->flags = queue->silent ? VIRTQ_AVAIL_F_NO_INTERRUPT : 0;
}

/* NULL when the device has no such queue or memory ran out. A silent queue takes no interrupts. */
struct virtqueue *virtq_setup(struct virtio_device *device, unsigned index, bool silent) {
  mmio_write32(device->registers + VIRTIO_MMIO_QUEUE_SEL, index);
  uint32_t max = mmio_read32(device->registers + VIRTIO_MMIO_QUEUE_NUM_MAX);
  char *memory = max == 0 ? NULL : pages_alloc_contiguous(QUEUE_PAGES);
  void *tables = memory == NULL ? NULL : pages_alloc_contiguous(1);
  if (tables == NULL) return NULL;
  struct virtqueue *queue = &device->queues[index];
  *queue = (struct virtqueue){.device = device, .index = index, .silent = silent};
  queue->num = queue->free_count = max < VIRTQ_SIZE ? max : VIRTQ_SIZE;
  queue->desc = (struct virtq_desc *)memory;
  queue->avail = (struct virtq_avail *)(memory + queue->num * sizeof *queue->desc);
  queue->used = (struct virtq_used *)(memory + USED_OFFSET);
  queue->indirect = tables;
  for (unsigned i = 0; i < queue->num; i++) queue->desc[i].next = (uint16_t)(i + 1);
  ask_for_interrupt(queue);
  publish(queue);
  if (device->queue_count <= index) device->queue_count = index + 1;
  return queue;
}

static void fill(struct virtq_desc *desc, const struct virtq_segment *segment, bool written, bool more) {
  desc->addr = physical_of(segment->data);
  desc->len = segment->size;
  desc->flags = (uint16_t)((written ? VIRTQ_DESC_F_WRITE : 0) | (more ? VIRTQ_DESC_F_NEXT : 0));
}

static void fill_indirect(struct virtqueue *queue, const struct virtq_segment *segments, unsigned out,
                          unsigned count) {
  struct virtq_desc *table = queue->indirect[queue->free_head];
  for (unsigned i = 0; i < count; i++) {
    fill(&table[i], &segments[i], i >= out, i + 1 < count);
    table[i].next = (uint16_t)(i + 1);
  }
  struct virtq_desc *head = &queue->desc[queue->free_head];
  head->addr = physical_of(table);
  head->len = (uint32_t)(count * sizeof *table);
  head->flags = VIRTQ_DESC_F_INDIRECT;
  queue->free_head = head->next;
  queue->free_count--;
}

static void fill_chain(struct virtqueue *queue, const struct virtq_segment *segments, unsigned out,
                       unsigned count) {
  for (unsigned i = 0; i < count; i++) {
    struct virtq_desc *desc = &queue->desc[queue->free_head];
    fill(desc, &segments[i], i >= out, i + 1 < count);
    queue->free_head = desc->next;
  }
  queue->free_count -= count;
}

/* Makes a request available; false when the queue is full. */
bool virtq_add(struct virtqueue *queue, const struct virtq_segment *segments, unsigned out, unsigned in,
               void *cookie) {
  unsigned count = out + in;
  bool indirect = count > 1 && virtio_has_feature(queue->device, VIRTIO_F_RING_INDIRECT_DESC);
  if (count > VIRTQ_MAX_SEGMENTS || queue->free_count < (indirect ? 1 : count)) return false;
  uint16_t head = queue->free_head;
  if (indirect) fill_indirect(queue, segments, out, count);
  else fill_chain(queue, segments, out, count);
  queue->cookies[head] = cookie;
  queue->avail->ring[queue->next_avail % queue->num] = head;
  fence_all();
  queue->avail->idx = ++queue->next_avail;
  return true;
}

static bool device_wants_kick(const struct virtqueue *queue) {
  if (!has_event_idx(queue)) return (queue->used->flags & VIRTQ_USED_F_NO_NOTIFY) == 0;
  uint16_t since_event = (uint16_t)(queue->next_avail - *avail_event(queue) - 1);
  return since_event < (uint16_t)(queue->next_avail - queue->kicked);
}

void virtq_kick(struct virtqueue *queue) {
  fence_all();
  bool wanted = device_wants_kick(queue);
  queue->kicked = queue->next_avail;
  if (!wanted) {
    queue->kicks_saved++;
    return;
  }
  queue->kicks++;
  mmio_write32(queue->device->registers + VIRTIO_MMIO_QUEUE_NOTIFY, queue->index);
}

bool virtq_has_used(void *argument) {
  const struct virtqueue *queue = argument;
  return queue->used->idx != queue->last_used;
}

static void free_chain(struct virtqueue *queue, uint16_t head) {
  uint16_t last = head;
  queue->free_count++;
  while (queue->desc[last].flags & VIRTQ_DESC_F_NEXT) {
    last = queue->desc[last].next;
    queue->free_count++;
  }
  queue->desc[last].next = queue->free_head;
  queue->free_head = head;
}

/* The cookie of the next finished request and how many bytes the device wrote; NULL when there is none. */
void *virtq_take(struct virtqueue *queue, uint32_t *size) {
  if (!virtq_has_used(queue)) return NULL;
  fence_all();
  volatile struct virtq_used_elem *element = &queue->used->ring[queue->last_used % queue->num];
  uint32_t head = element->id;
  if (head >= queue->num) panic("virtqueue: used element out of range");
  *size = element->len;
  queue->last_used++;
  free_chain(queue, (uint16_t)head);
  ask_for_interrupt(queue);
  fence_all();
  return queue->cookies[head];
}

/* One request from start to end; false when the device does not answer. */
bool virtq_request(struct virtqueue *queue, const struct virtq_segment *segments, unsigned out, unsigned in,
                   uint32_t *size) {
  if (!virtq_add(queue, segments, out, in, queue)) return false;
  virtq_kick(queue);
  if (!wait_until(virtq_has_used, queue)) return false;
  return virtq_take(queue, size) != NULL;
}
