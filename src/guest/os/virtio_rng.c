/* Entropy device (virtio 1.2, section 5.4). */
#include "virtio.h"

#define DEVICE_ID_RNG 4
#define BOOT_BYTES 16
#define MAX_BYTES 4096

static struct virtqueue *requests;
static uint8_t buffer[64];

static uint32_t read_entropy(uint32_t wanted) {
  struct virtq_segment segment = {buffer, wanted < sizeof buffer ? wanted : sizeof buffer};
  uint32_t size;
  if (!virtq_request(requests, &segment, 0, 1, &size)) return 0;
  return size <= segment.size ? size : segment.size;
}

static bool print_entropy(uint64_t wanted) {
  while (wanted > 0) {
    uint32_t got = read_entropy(wanted > sizeof buffer ? sizeof buffer : (uint32_t)wanted);
    if (got == 0) return false;
    for (uint32_t i = 0; i < got; i++) print("%02x", buffer[i]);
    wanted -= got;
  }
  print("\n");
  return true;
}

static bool probe(struct virtio_device *device) {
  requests = virtq_setup(device, 0, false);
  if (requests == NULL) return false;
  virtio_driver_ok(device);
  print("rng: %u bytes ", BOOT_BYTES);
  if (print_entropy(BOOT_BYTES)) return true;
  print("\n");
  requests = NULL;
  return false;
}

void command_rng(const char *args) {
  uint64_t wanted;
  if (!parse_number(&args, &wanted) || *args != 0 || wanted == 0 || wanted > MAX_BYTES) {
    print("usage: rng N (1 to %u bytes)\n", MAX_BYTES);
  } else if (requests == NULL) {
    print("rng: no device\n");
  } else if (!print_entropy(wanted)) {
    print("\nrng: no answer from the device\n");
  }
}

static const struct feature_name names[] = {{0, NULL}};

const struct virtio_driver rng_driver = {
    .name = "rng", .device_id = DEVICE_ID_RNG, .feature_names = names, .probe = probe};
