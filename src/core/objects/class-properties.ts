/** A property that all objects of a type have: name, QOM type, what it is for. */
export type ClassProperty = readonly [name: string, type: string, help?: string];

/** In the order in which QEMU adds them, on which that of listings depends. */
const MEMORY: readonly ClassProperty[] = [
  ['merge', 'bool', 'Whether the host may merge equal pages'],
  ['dump', 'bool', 'Whether a core dump of the emulator has it'],
  ['prealloc', 'bool', 'Whether all of it is taken at once'],
  ['prealloc-threads', 'int', 'How many threads take it at once'],
  ['prealloc-context', 'link<thread-context>', 'Makes the threads that take it at once'],
  ['size', 'int', 'Bytes, for instance 500M'],
  ['host-nodes', 'int', 'NUMA nodes of the host that it may be in'],
  ['policy', 'HostMemPolicy', 'How the host chooses among its NUMA nodes'],
  ['share', 'bool', 'Whether other processes see it'],
  ['reserve', 'bool', 'Whether swap space is kept for it'],
  ['x-use-canonical-path-for-ramblock-id', 'bool'],
];
/** Where the host takes memory from cannot be chosen. */
const CHOSEN = ['merge', 'dump', 'prealloc', 'size', 'share', 'reserve'];

/** Of memory that is a file: no object can be made of it, but management software asks what it would have. */
const MEMORY_OF_FILE: readonly ClassProperty[] = [
  ['discard-data', 'bool'],
  ['mem-path', 'string'],
  ['align', 'int'],
  ['offset', 'int', 'Where in the file it begins, for instance 1G'],
  ['pmem', 'bool'],
  ['readonly', 'bool'],
  ['rom', 'OnOffAuto', 'Whether the guest can only read it'],
];

/** What `object_add TYPE,help` lists of each type. */
export const OBJECT_OPTIONS = {
  iothread: [
    ['aio-max-batch', 'int'],
    ['poll-grow', 'int'],
    ['poll-max-ns', 'int'],
    ['poll-shrink', 'int'],
    ['thread-pool-max', 'int'],
    ['thread-pool-min', 'int'],
  ],
  'memory-backend-ram': MEMORY.filter(([name]) => CHOSEN.includes(name)),
  'rng-builtin': [],
  'rng-random': [['filename', 'string']],
  secret: [
    ['data', 'string'],
    ['file', 'string'],
    ['format', 'QCryptoSecretFormat'],
  ],
} as const satisfies Readonly<Record<string, readonly ClassProperty[]>>;

const OF_CLASSES: Readonly<Record<string, readonly (readonly ClassProperty[])[]>> = {
  ...Object.fromEntries(Object.entries(OBJECT_OPTIONS).map(([type, options]) => [type, [options]])),
  'memory-backend': [MEMORY],
  'memory-backend-ram': [MEMORY],
  'memory-backend-file': [MEMORY, MEMORY_OF_FILE],
};

/** The properties of an object's type, those of each class together, bases first; undefined for types of devices. */
export function classProperties(type: string): readonly (readonly ClassProperty[])[] | undefined {
  return Object.hasOwn(OF_CLASSES, type) ? OF_CLASSES[type] : undefined;
}
