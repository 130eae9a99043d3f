import type { BlockFile, ByteStream, Host, HostNetwork, TcpEvents } from '../host/types.ts';

/**
 * The same host, which calls `kick` whenever it hands something to the machine: input may raise an
 * interrupt while the run loop sleeps.
 */
export function kickingHost(host: Host, kick: () => void): Host {
  return {
    ...host,
    openBlockFile: async (path, options) => kickingFile(await host.openBlockFile(path, options), kick),
    saveFile: (path, chunks) => host.saveFile(path, chunks).finally(kick),
    openStream: (label, spec) => kickingStream(host.openStream(label, spec), kick),
    openFileStream: (path, options) => kickingStream(host.openFileStream(path, options), kick),
    openDeviceStream: (path, kind) => kickingStream(host.openDeviceStream(path, kind), kick),
    network: kickingNetwork(host.network, kick),
  };
}

function kickingStream(stream: ByteStream, kick: () => void): ByteStream {
  const kicking =
    <A>(listener: (told: A) => void) =>
    (told: A) => {
      kick();
      listener(told);
    };
  return {
    get filename() {
      return stream.filename;
    },
    get connected() {
      return stream.connected ?? true;
    },
    get congested() {
      return stream.congested ?? false;
    },
    write: bytes => stream.write(bytes),
    onData: listener => stream.onData(kicking(listener)),
    onEvent: listener => stream.onEvent?.(kicking(listener)),
    setFlowing: flowing => stream.setFlowing?.(flowing),
    close: () => stream.close(),
  };
}

function kickingNetwork(network: HostNetwork, kick: () => void): HostNetwork {
  const after = kickingAfter(kick);
  return {
    connectTcp: (to, events) => network.connectTcp(to, kickingEvents(events, kick)),
    listenTcp: (at, accept) =>
      network.listenTcp(at, (socket, from) => {
        kick();
        const events = accept(socket, from);
        return events && kickingEvents(events, kick);
      }),
    connectUnix: (path, events) => network.connectUnix(path, kickingEvents(events, kick)),
    listenUnix: (path, accept) =>
      network.listenUnix(path, socket => {
        kick();
        const events = accept(socket);
        return events && kickingEvents(events, kick);
      }),
    errorText: code => network.errorText(code),
    openUdp: (at, receive) =>
      after(
        network.openUdp(at, (bytes, from) => {
          kick();
          receive(bytes, from);
        }),
      ),
    lookup: name => after(network.lookup(name)),
    reverse: address => after(network.reverse(address)),
  };
}

function kickingEvents(events: TcpEvents, kick: () => void): TcpEvents {
  const before =
    <A extends unknown[]>(tell: (...args: A) => void) =>
    (...args: A) => {
      kick();
      tell(...args);
    };
  return {
    connected: before(() => events.connected()),
    data: before(bytes => events.data(bytes)),
    flushed: before(() => events.flushed()),
    ended: before(() => events.ended()),
    closed: before(code => events.closed(code)),
  };
}

/** Passes the outcome of an operation on and kicks. */
function kickingAfter(kick: () => void): <T>(operation: Promise<T>) => Promise<T> {
  return async operation => {
    try {
      return await operation;
    } finally {
      kick();
    }
  };
}

function kickingFile(file: BlockFile, kick: () => void): BlockFile {
  const after = kickingAfter(kick);
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
