import { ArgumentError } from './errors.ts';

/** What a first word without `=` means, by the name of the `O` argument: `device_add virtio-rng-device,id=r`. */
const IMPLIED_KEYS: Readonly<Record<string, string>> = {
  device: 'driver',
  netdev: 'type',
  chardev: 'backend',
  object: 'qom-type',
};

const IDENTIFIER = /^[A-Za-z][A-Za-z0-9._-]*$/;

/** Splits at single commas; a doubled one stands for a comma in a value. */
function splitOptions(text: string): string[] {
  return text.match(/(?:[^,]|,,)+/g) ?? [];
}

/**
 * Parses `key=value,flag,...` as QEMU's options: a comma in a value is doubled, a key without value is `on`,
 * the first one of a device is its driver, a repeated key takes the last value. Throws ArgumentError for an id
 * that is no identifier.
 */
export function parseOptionString(text: string, argument: string): Record<string, string> {
  const options: Record<string, string> = Object.create(null);
  splitOptions(text).forEach((part, at) => {
    const equals = part.indexOf('=');
    const implied = at === 0 && equals < 0 ? IMPLIED_KEYS[argument] : undefined;
    const key = implied ?? (equals < 0 ? part : part.slice(0, equals));
    const value = implied !== undefined ? part : equals < 0 ? 'on' : part.slice(equals + 1);
    options[key] = value.replaceAll(',,', ',');
  });
  const { id } = options;
  if (id !== undefined && !IDENTIFIER.test(id)) {
    throw new ArgumentError(
      "Parameter 'id' expects an identifier\n" +
        "Identifiers consist of letters, digits, '-', '.', '_', starting with a letter.",
    );
  }
  return { ...options };
}
