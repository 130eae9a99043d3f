declare const HMP_VERSION: string | undefined;

/** The program's version; the build puts it in. */
export const VERSION = typeof HMP_VERSION === 'string' ? HMP_VERSION : '0.0.0-source';
