/* Memory balloon (virtio 1.2, section 5.5): gives up and takes back pages as the device asks. */
#include "mmio.h"
#include "virtio.h"

#define DEVICE_ID_BALLOON 5
#define QUEUE_INFLATE 0
#define QUEUE_DEFLATE 1
#define QUEUE_STATS 2

#define VIRTIO_BALLOON_F_MUST_TELL_HOST 0
#define VIRTIO_BALLOON_F_STATS_VQ 1
#define VIRTIO_BALLOON_CONFIG_NUM_PAGES 0
#define VIRTIO_BALLOON_CONFIG_ACTUAL 4

#define VIRTIO_BALLOON_S_MEMFREE 4
#define VIRTIO_BALLOON_S_MEMTOT 5
#define VIRTIO_BALLOON_S_AVAIL 6

#define BATCH 256
#define KEEP_FREE_PAGES 64

/* Where the page numbers of the pages in the balloon are kept, newest chunk first. */
struct chunk {
  struct chunk *next;
  uint32_t count;
  uint32_t pages[1000];
};

struct stat {
  uint16_t tag;
  uint64_t value;
} __attribute__((packed));

static struct virtio_device *balloon;
static struct virtqueue *inflate, *deflate, *stats;
static struct chunk *newest;
static uint32_t batch[BATCH];
static uint32_t actual;
static struct stat stat_buffer[3];

static bool push(uint32_t page) {
  if (newest == NULL || newest->count == sizeof newest->pages / sizeof newest->pages[0]) {
    struct chunk *chunk = page_alloc();
    if (chunk == NULL) return false;
    chunk->next = newest;
    chunk->count = 0;
    newest = chunk;
  }
  newest->pages[newest->count++] = page;
  return true;
}

static uint32_t pop(void) {
  uint32_t page = newest->pages[--newest->count];
  if (newest->count > 0) return page;
  struct chunk *empty = newest;
  newest = empty->next;
  page_free(empty);
  return page;
}

static bool tell(struct virtqueue *queue, uint32_t count) {
  struct virtq_segment segment = {batch, count * sizeof batch[0]};
  uint32_t unused;
  return virtq_request(queue, &segment, 1, 0, &unused);
}

static uint32_t inflate_some(uint32_t wanted) {
  uint32_t count = 0;
  while (count < wanted && count < BATCH && pages_free_count() > KEEP_FREE_PAGES) {
    void *page = page_alloc();
    if (page == NULL) break;
    batch[count] = (uint32_t)(physical_of(page) / PAGE_SIZE);
    if (!push(batch[count])) {
      page_free(page);
      break;
    }
    count++;
  }
  return count > 0 && tell(inflate, count) ? count : 0;
}

/* The host hears of it first, as MUST_TELL_HOST asks, then the pages are used again. */
static uint32_t deflate_some(uint32_t wanted) {
  uint32_t count = 0;
  while (count < wanted && count < BATCH) batch[count++] = pop();
  if (!tell(deflate, count)) return 0;
  for (uint32_t i = 0; i < count; i++) page_free(high_of((uint64_t)batch[i] * PAGE_SIZE));
  return count;
}

static uint32_t target(void) { return virtio_config32(balloon, VIRTIO_BALLOON_CONFIG_NUM_PAGES); }

static void adjust(void) {
  uint32_t before = actual;
  for (uint32_t wanted; (wanted = target()) != actual;) {
    uint32_t moved = wanted > actual ? inflate_some(wanted - actual) : deflate_some(actual - wanted);
    if (moved == 0) break;
    actual = wanted > actual ? actual + moved : actual - moved;
    mmio_write32(virtio_config(balloon, VIRTIO_BALLOON_CONFIG_ACTUAL), actual);
  }
  if (before != actual) shell_notice("balloon: %u pages of %u wanted", actual, target());
}

static void give_stats(void) {
  uint64_t free_bytes = pages_free_count() * PAGE_SIZE;
  stat_buffer[0] = (struct stat){VIRTIO_BALLOON_S_MEMFREE, free_bytes};
  stat_buffer[1] = (struct stat){VIRTIO_BALLOON_S_MEMTOT, pages_total_count() * PAGE_SIZE};
  stat_buffer[2] = (struct stat){VIRTIO_BALLOON_S_AVAIL, free_bytes};
  struct virtq_segment segment = {stat_buffer, sizeof stat_buffer};
  virtq_add(stats, &segment, 1, 0, stat_buffer);
  virtq_kick(stats);
}

/* The device hands the statistics buffer back when it wants new ones. */
static void deferred(struct virtio_device *device, uint32_t interrupts) {
  (void)device;
  uint32_t unused;
  if (stats != NULL && virtq_take(stats, &unused) != NULL) give_stats();
  if (interrupts & VIRTIO_MMIO_INT_CONFIG) adjust();
}

static bool probe(struct virtio_device *device) {
  inflate = virtq_setup(device, QUEUE_INFLATE, false);
  deflate = virtq_setup(device, QUEUE_DEFLATE, false);
  if (virtio_has_feature(device, VIRTIO_BALLOON_F_STATS_VQ)) stats = virtq_setup(device, QUEUE_STATS, false);
  if (inflate == NULL || deflate == NULL) return false;
  virtio_driver_ok(device);
  balloon = device;
  if (stats != NULL) give_stats();
  print("balloon: %u pages wanted\n", target());
  adjust();
  return true;
}

void balloon_print(void) {
  if (balloon == NULL) print("balloon    no device\n");
  else print("balloon    %u pages of %u wanted\n", actual, target());
}

static const struct feature_name names[] = {
    {VIRTIO_BALLOON_F_MUST_TELL_HOST, "MUST_TELL_HOST"}, {VIRTIO_BALLOON_F_STATS_VQ, "STATS_VQ"}, {0, NULL}};

const struct virtio_driver balloon_driver = {
    .name = "balloon",
    .device_id = DEVICE_ID_BALLOON,
    .features = BIT(VIRTIO_BALLOON_F_MUST_TELL_HOST) | BIT(VIRTIO_BALLOON_F_STATS_VQ),
    .feature_names = names,
    .probe = probe,
    .deferred = deferred};
