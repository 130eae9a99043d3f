/* 16550 UART: register offsets and bits by their data sheet names. */
#ifndef HMP_NS16550_H
#define HMP_NS16550_H

#define UART_RBR 0 /* read: receiver buffer */
#define UART_THR 0 /* write: transmitter holding */
#define UART_IER 1
#define UART_FCR 2
#define UART_LCR 3
#define UART_LSR 5

#define UART_IER_ERBFI 0x01
#define UART_FCR_FIFO_ENABLE 0x01
#define UART_LCR_8N1 0x03
#define UART_LSR_DR 0x01
#define UART_LSR_THRE 0x20

#endif
