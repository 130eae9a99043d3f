/* Block device (virtio 1.2, section 5.2). */
#include "virtio.h"

#define DEVICE_ID_BLK 2
#define SECTOR_SIZE 512

#define VIRTIO_BLK_F_SEG_MAX 2
#define VIRTIO_BLK_F_RO 5
#define VIRTIO_BLK_F_BLK_SIZE 6
#define VIRTIO_BLK_F_FLUSH 9

#define VIRTIO_BLK_CONFIG_CAPACITY 0

#define VIRTIO_BLK_T_IN 0
#define VIRTIO_BLK_T_OUT 1
#define VIRTIO_BLK_T_FLUSH 4
#define VIRTIO_BLK_S_OK 0

static struct virtio_device *disk;
static struct virtqueue *requests;
static uint64_t capacity;
static struct {
  uint32_t type, reserved;
  uint64_t sector;
} header;
static uint8_t data[SECTOR_SIZE];
static uint8_t status;

static bool transfer(uint32_t type, uint64_t sector) {
  bool reads = type == VIRTIO_BLK_T_IN, flushes = type == VIRTIO_BLK_T_FLUSH;
  struct virtq_segment segments[3] = {{&header, sizeof header}, {data, sizeof data}, {&status, 1}};
  uint32_t size;
  header.type = type;
  header.reserved = 0;
  header.sector = sector;
  status = 0xff;
  if (flushes) segments[1] = segments[2];
  bool done = virtq_request(requests, segments, reads || flushes ? 1 : 2, reads ? 2 : 1, &size);
  return done && status == VIRTIO_BLK_S_OK;
}

static uint32_t byte_sum(void) {
  uint32_t sum = 0;
  for (unsigned i = 0; i < SECTOR_SIZE; i++) sum += data[i];
  return sum;
}

static bool probe(struct virtio_device *device) {
  requests = virtq_setup(device, 0, false);
  if (requests == NULL) return false;
  virtio_driver_ok(device);
  capacity = virtio_config32(device, VIRTIO_BLK_CONFIG_CAPACITY) |
             (uint64_t)virtio_config32(device, VIRTIO_BLK_CONFIG_CAPACITY + 4) << 32;
  disk = device;
  bool readable = capacity == 0 || transfer(VIRTIO_BLK_T_IN, 0);
  if (!readable) print("blk: sector 0 is unreadable\n");
  else print("blk: %lu sectors%s, sector 0 byte sum %u\n", capacity,
             virtio_has_feature(device, VIRTIO_BLK_F_RO) ? ", read-only" : "", byte_sum());
  return true;
}

static void print_line(unsigned offset) {
  print("%03x:", offset);
  for (unsigned i = 0; i < 16; i++) print(" %02x", data[offset + i]);
  print("  ");
  for (unsigned i = 0; i < 16; i++) {
    uint8_t c = data[offset + i];
    print("%c", c >= 0x20 && c < 0x7f ? c : '.');
  }
  print("\n");
}

/* Lines equal to the one before are printed as one `*`. */
static void print_sector(void) {
  bool skipping = false;
  for (unsigned offset = 0; offset < SECTOR_SIZE; offset += 16) {
    bool same = offset > 0 && memcmp(data + offset, data + offset - 16, 16) == 0;
    if (!same) print_line(offset);
    else if (!skipping) print("*\n");
    skipping = same;
  }
}

static void read_command(uint64_t sector) {
  if (!transfer(VIRTIO_BLK_T_IN, sector)) {
    print("disk: sector %lu: read failed\n", sector);
    return;
  }
  print("disk: sector %lu\n", sector);
  print_sector();
}

static void write_command(uint64_t sector, const char *text) {
  size_t size = strlen(text);
  memset(data, 0, sizeof data);
  memcpy(data, text, size < sizeof data ? size : sizeof data);
  if (virtio_has_feature(disk, VIRTIO_BLK_F_RO)) {
    print("disk: read-only\n");
    return;
  }
  bool flushed = transfer(VIRTIO_BLK_T_OUT, sector) &&
                 (!virtio_has_feature(disk, VIRTIO_BLK_F_FLUSH) || transfer(VIRTIO_BLK_T_FLUSH, 0));
  if (flushed) print("disk: sector %lu: wrote %lu bytes\n", sector, size);
  else print("disk: sector %lu: write failed\n", sector);
}

void command_disk(const char *args) {
  uint64_t sector;
  bool reads = take_word(&args, "read"), writes = !reads && take_word(&args, "write");
  if ((!reads && !writes) || !parse_number(&args, &sector) || (reads && *args != 0) ||
      (writes && *args != ' ')) {
    print("usage: disk read N, disk write N TEXT\n");
  } else if (disk == NULL) {
    print("disk: no device\n");
  } else if (sector >= capacity) {
    print("disk: sector %lu is beyond the last, %lu\n", sector, capacity - 1);
  } else if (reads) {
    read_command(sector);
  } else {
    write_command(sector, args + 1);
  }
}

static const struct feature_name names[] = {{VIRTIO_BLK_F_SEG_MAX, "SEG_MAX"},
                                            {VIRTIO_BLK_F_RO, "RO"},
                                            {VIRTIO_BLK_F_BLK_SIZE, "BLK_SIZE"},
                                            {VIRTIO_BLK_F_FLUSH, "FLUSH"},
                                            {0, NULL}};

const struct virtio_driver blk_driver = {.name = "blk",
                                         .device_id = DEVICE_ID_BLK,
                                         .features = BIT(VIRTIO_BLK_F_SEG_MAX) | BIT(VIRTIO_BLK_F_RO) |
                                                     BIT(VIRTIO_BLK_F_BLK_SIZE) | BIT(VIRTIO_BLK_F_FLUSH),
                                         .feature_names = names,
                                         .probe = probe};
