/* Console device (virtio 1.2, section 5.3), port 0 alone: sends back what it receives. */
#include "virtio.h"

#define DEVICE_ID_CONSOLE 3
#define QUEUE_RX 0
#define QUEUE_TX 1

#define VIRTIO_CONSOLE_F_SIZE 0

#define RX_BUFFERS 4
#define BUFFER_SIZE 256

static struct virtqueue *rx, *tx;
static char rx_buffers[RX_BUFFERS][BUFFER_SIZE];
static char tx_buffer[BUFFER_SIZE];

static void give_rx(char *buffer) {
  struct virtq_segment segment = {buffer, BUFFER_SIZE};
  virtq_add(rx, &segment, 0, 1, buffer);
}

static bool send(const char *bytes, size_t size) {
  while (size > 0) {
    struct virtq_segment segment = {tx_buffer, size < BUFFER_SIZE ? (uint32_t)size : BUFFER_SIZE};
    uint32_t unused;
    memcpy(tx_buffer, bytes, segment.size);
    if (!virtq_request(tx, &segment, 1, 0, &unused)) return false;
    bytes += segment.size;
    size -= segment.size;
  }
  return true;
}

static void deferred(struct virtio_device *device, uint32_t interrupts) {
  (void)device;
  (void)interrupts;
  uint32_t size;
  for (char *buffer; (buffer = virtq_take(rx, &size)) != NULL;) {
    send(buffer, size < BUFFER_SIZE ? size : BUFFER_SIZE);
    give_rx(buffer);
  }
  virtq_kick(rx);
}

static bool probe(struct virtio_device *device) {
  rx = virtq_setup(device, QUEUE_RX, false);
  tx = virtq_setup(device, QUEUE_TX, false);
  if (rx == NULL || tx == NULL) {
    tx = NULL;
    return false;
  }
  for (unsigned i = 0; i < RX_BUFFERS; i++) give_rx(rx_buffers[i]);
  virtio_driver_ok(device);
  virtq_kick(rx);
  print("console: port 0 echoes\n");
  return true;
}

void command_console(const char *args) {
  if (*args == 0) {
    print("usage: console TEXT\n");
  } else if (tx == NULL) {
    print("console: no device\n");
  } else if (send(args, strlen(args)) && send("\r\n", 2)) {
    print("console: wrote %lu bytes\n", strlen(args) + 2);
  } else {
    print("console: no answer from the device\n");
  }
}

static const struct feature_name names[] = {{VIRTIO_CONSOLE_F_SIZE, "SIZE"}, {0, NULL}};

const struct virtio_driver console_driver = {.name = "console",
                                             .device_id = DEVICE_ID_CONSOLE,
                                             .features = BIT(VIRTIO_CONSOLE_F_SIZE),
                                             .feature_names = names,
                                             .probe = probe,
                                             .deferred = deferred};
