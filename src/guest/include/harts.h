/* Limits that C and assembly share. */
#ifndef HMP_HARTS_H
#define HMP_HARTS_H

/* As many harts as the virt board has. */
#define MAX_HARTS 8

#endif
