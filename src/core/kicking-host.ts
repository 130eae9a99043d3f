import type { BlockFile, ByteStream, Host } from '../host/types.ts';

/**
 * The same host, which calls `kick` whenever it hands something to the machine: input may raise an
 * interrupt while the run loop sleeps.
 */
export function kickingHost(host: Host, kick: () => void): Host {
  return {
    ...host,
    openBlockFile: async (path, options) => kickingFile(await host.openBlockFile(path, options), kick),
    openStream: (label, spec) => kickingStream(host.openStream(label, spec), kick),
  };
}

function kickingStream(stream: ByteStream, kick: () => void): ByteStream {
  return {
    filename: stream.filename,
    write: bytes => stream.write(bytes),
    onData: listener =>
      stream.onData(bytes => {
        kick();
        listener(bytes);
      }),
    close: () => stream.close(),
  };
}

function kickingFile(file: BlockFile, kick: () => void): BlockFile {
  const after = async <T>(operation: Promise<T>): Promise<T> => {
    try {
      return await operation;
    } finally {
      kick();
    }
  };
  return {
    size: file.size,
    readOnly: file.readOnly,
    read: (offset, length) => after(file.read(offset, length)),
    write: (offset, data) => after(file.write(offset, data)),
    flush: () => after(file.flush()),
    allocated: () => file.allocated(),
    close: () => file.close(),
  };
}
