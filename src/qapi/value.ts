/** A value as QMP carries it. Integers outside the exact range of a double are bigints. */
export type QmpValue = null | boolean | number | bigint | string | QmpValue[] | { [key: string]: QmpValue };

/** A QMP object: command arguments, event data, most replies. */
export interface QmpObject {
  [key: string]: QmpValue;
}

/** True for a plain JSON object: not null, not an array, not a scalar. */
export function isObject(value: unknown): value is QmpObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Sets a member, whatever its name: plain assignment would take `__proto__` for the prototype. */
export function setMember(object: QmpObject, name: string, value: QmpValue): void {
  if (name !== '__proto__') object[name] = value;
  else Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}
