/** A function's place on its bus is one number: five bits of slot, three of function. */
export const slotOf = (devfn: number): number => devfn >> 3;
export const functionOf = (devfn: number): number => devfn & 7;
