/* Network device (virtio 1.2, section 5.1): receives with interrupts, transmits without. */
#include "mmio.h"
#include "virtio.h"

#define DEVICE_ID_NET 1
#define QUEUE_RX 0
#define QUEUE_TX 1

#define VIRTIO_NET_F_MAC 5
#define VIRTIO_NET_F_MRG_RXBUF 15
#define VIRTIO_NET_F_STATUS 16
#define VIRTIO_NET_CONFIG_MAC 0
#define VIRTIO_NET_CONFIG_STATUS 6
#define VIRTIO_NET_S_LINK_UP 1

/* struct virtio_net_hdr: num_buffers is there with MRG_RXBUF or VERSION_1 only. */
#define NET_HDR_SIZE_LEGACY 10
#define NET_HDR_SIZE 12

#define ETH_ADDRESS 6
#define ETH_HEADER 14
#define ETH_MIN_FRAME 60
#define ETH_MAX_FRAME 1514
#define ETHERTYPE_ARP 0x0806
#define ETHERTYPE_LOCAL 0x88b5 /* IEEE 802: local experimental */

#define RX_BUFFERS 16
#define TX_BUFFERS 8

struct packet {
  uint8_t header[NET_HDR_SIZE];
  uint8_t frame[ETH_MAX_FRAME + 22];
};

static struct virtio_device *card;
static struct virtqueue *rx, *tx;
static struct packet rx_packets[RX_BUFFERS], tx_packets[TX_BUFFERS];
static unsigned tx_next, tx_busy;
static uint8_t mac[ETH_ADDRESS] = {0x52, 0x54, 0x00, 0x68, 0x6d, 0x70};
static uint64_t received, sent;
static bool link_up;

static unsigned header_size(void) {
  bool wide = virtio_has_feature(card, VIRTIO_NET_F_MRG_RXBUF) || virtio_has_feature(card, VIRTIO_F_VERSION_1);
  return wide ? NET_HDR_SIZE : NET_HDR_SIZE_LEGACY;
}

static void give_rx(struct packet *packet) {
  struct virtq_segment segments[] = {{packet->header, header_size()}, {packet->frame, sizeof packet->frame}};
  virtq_add(rx, segments, 0, 2, packet);
}

static void print_mac(const uint8_t *address) {
  for (unsigned i = 0; i < ETH_ADDRESS; i++) print("%s%02x", i == 0 ? "" : ":", address[i]);
}

static unsigned ethertype(const uint8_t *frame) { return (unsigned)frame[12] << 8 | frame[13]; }

static void report_frame(const uint8_t *frame, uint32_t size) {
  const uint8_t *from = frame + ETH_ADDRESS;
  char text[48];
  unsigned at = 0;
  bool is_text = ethertype(frame) == ETHERTYPE_LOCAL;
  for (; is_text && at < sizeof text - 1 && ETH_HEADER + at < size; at++) {
    uint8_t c = frame[ETH_HEADER + at];
    if (c < 0x20 || c >= 0x7f) break;
    text[at] = (char)c;
  }
  text[at] = 0;
  shell_notice("net: received %u bytes from %02x:%02x:%02x:%02x:%02x:%02x type 0x%04x%s%s", size, from[0],
               from[1], from[2], from[3], from[4], from[5], ethertype(frame), at > 0 ? ": " : "", text);
}

/* A buffer holds the largest frame, so one that the device spread over several is not ours to expect. */
static void receive(void) {
  uint32_t size;
  for (struct packet *packet; (packet = virtq_take(rx, &size)) != NULL;) {
    if (size >= header_size() + ETH_HEADER && size <= header_size() + sizeof packet->frame) {
      received++;
      report_frame(packet->frame, size - header_size());
    }
    give_rx(packet);
  }
  virtq_kick(rx);
}

static bool read_link(void) {
  if (!virtio_has_feature(card, VIRTIO_NET_F_STATUS)) return true;
  return (mmio_read16(virtio_config(card, VIRTIO_NET_CONFIG_STATUS)) & VIRTIO_NET_S_LINK_UP) != 0;
}

static void deferred(struct virtio_device *device, uint32_t interrupts) {
  (void)device;
  if (interrupts & VIRTIO_MMIO_INT_VRING) receive();
  if (!(interrupts & VIRTIO_MMIO_INT_CONFIG) || read_link() == link_up) return;
  link_up = !link_up;
  shell_notice("net: link %s", link_up ? "up" : "down");
}

/* The next transmit buffer, once the device is done with it. */
static struct packet *take_tx(void) {
  uint32_t size;
  while (virtq_take(tx, &size) != NULL) tx_busy--;
  if (tx_busy == TX_BUFFERS) {
    if (!wait_until(virtq_has_used, tx)) return NULL;
    while (virtq_take(tx, &size) != NULL) tx_busy--;
  }
  struct packet *packet = &tx_packets[tx_next++ % TX_BUFFERS];
  memset(packet, 0, sizeof *packet);
  return packet;
}

static void fill_ethernet(uint8_t *frame, unsigned type) {
  memset(frame, 0xff, ETH_ADDRESS);
  memcpy(frame + ETH_ADDRESS, mac, ETH_ADDRESS);
  frame[12] = (uint8_t)(type >> 8);
  frame[13] = (uint8_t)type;
}

static void send_packet(struct packet *packet, uint32_t size) {
  struct virtq_segment segments[] = {{packet->header, header_size()}, {packet->frame, size}};
  if (!virtq_add(tx, segments, 2, 0, packet)) return;
  tx_busy++;
  sent++;
  virtq_kick(tx);
}

/* Gratuitous ARP: sender and target are both 10.0.2.15. */
static void announce(void) {
  static const uint8_t request[] = {0, 1, 8, 0, 6, 4, 0, 1};
  static const uint8_t ip[] = {10, 0, 2, 15};
  struct packet *packet = take_tx();
  if (packet == NULL) return;
  fill_ethernet(packet->frame, ETHERTYPE_ARP);
  uint8_t *arp = packet->frame + ETH_HEADER;
  memcpy(arp, request, sizeof request);
  memcpy(arp + 8, mac, ETH_ADDRESS);
  memcpy(arp + 14, ip, sizeof ip);
  memcpy(arp + 24, ip, sizeof ip);
  send_packet(packet, ETH_MIN_FRAME);
}

static bool probe(struct virtio_device *device) {
  card = device;
  rx = virtq_setup(device, QUEUE_RX, false);
  tx = virtq_setup(device, QUEUE_TX, true);
  if (rx == NULL || tx == NULL) {
    card = NULL;
    return false;
  }
  if (virtio_has_feature(device, VIRTIO_NET_F_MAC)) {
    uintptr_t config = virtio_config(device, VIRTIO_NET_CONFIG_MAC);
    for (unsigned i = 0; i < ETH_ADDRESS; i++) mac[i] = mmio_read8(config + i);
  }
  for (unsigned i = 0; i < RX_BUFFERS; i++) give_rx(&rx_packets[i]);
  virtio_driver_ok(device);
  virtq_kick(rx);
  link_up = read_link();
  print("net: ");
  print_mac(mac);
  print(", link %s, announced\n", link_up ? "up" : "down");
  announce();
  return true;
}

static void send_text(const char *text) {
  struct packet *packet = take_tx();
  if (packet == NULL) {
    print("net: the device does not take frames\n");
    return;
  }
  size_t size = strlen(text);
  fill_ethernet(packet->frame, ETHERTYPE_LOCAL);
  memcpy(packet->frame + ETH_HEADER, text, size);
  size += ETH_HEADER;
  if (size < ETH_MIN_FRAME) size = ETH_MIN_FRAME;
  print("net: sent %lu bytes to ff:ff:ff:ff:ff:ff type 0x%04x\n", size, ETHERTYPE_LOCAL);
  send_packet(packet, (uint32_t)size);
}

void command_net(const char *args) {
  bool sends = take_word(&args, "send");
  if (!sends && *args != 0) {
    print("usage: net [send [TEXT]]\n");
  } else if (card == NULL) {
    print("net: no device\n");
  } else if (sends) {
    send_text(*args == 0 ? "hello from the hmp guest" : args);
  } else {
    print("net: ");
    print_mac(mac);
    print(", link %s, %lu sent, %lu received\n", link_up ? "up" : "down", sent, received);
  }
}

static const struct feature_name names[] = {{VIRTIO_NET_F_MAC, "MAC"},
                                            {VIRTIO_NET_F_MRG_RXBUF, "MRG_RXBUF"},
                                            {VIRTIO_NET_F_STATUS, "STATUS"},
                                            {0, NULL}};

const struct virtio_driver net_driver = {
    .name = "net",
    .device_id = DEVICE_ID_NET,
    .features = BIT(VIRTIO_NET_F_MAC) | BIT(VIRTIO_NET_F_MRG_RXBUF) | BIT(VIRTIO_NET_F_STATUS),
    .feature_names = names,
    .probe = probe,
    .deferred = deferred};
