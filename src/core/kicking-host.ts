import type {
  BlockFile,
  ByteStream,
  FolderFile,
  Host,
  HostFolder,
  HostNetwork,
  TcpEvents,
} from '../host/types.ts';

/**
 * The same host, which calls `kick` whenever it hands something to the machine: input may raise an
 * interrupt while the run loop sleeps.
 */
export function kickingHost(host: Host, kick: () => void): Host {
  return {
    ...host,
    openBlockFile: async (path, options) => kickingFile(await host.openBlockFile(path, options), kick),
    createFile: (path, size) => host.createFile(path, size).finally(kick),
    saveFile: (path, chunks, options) => host.saveFile(path, chunks, options).finally(kick),
    openFolder: async path => kickingFolder(await host.openFolder(path), kick),
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
    adoptStream: (descriptor, events) => network.adoptStream(descriptor, kickingEvents(events, kick)),
    adoptListener: (descriptor, accept) =>
      network.adoptListener(descriptor, socket => {
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
    joinMulticast: (to, receive) => after(network.joinMulticast(to, kickingReceiver(receive, kick))),
    adoptDatagrams: (descriptor, receive) =>
      network.adoptDatagrams(descriptor, kickingReceiver(receive, kick)),
    lookup: name => after(network.lookup(name)),
    reverse: address => after(network.reverse(address)),
  };
}

function kickingReceiver(receive: (bytes: Uint8Array) => void, kick: () => void) {
  return (bytes: Uint8Array) => {
    kick();
    receive(bytes);
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

/** A folder, of which every operation kicks when it is done; so do those of the files opened in it. */
function kickingFolder(folder: HostFolder, kick: () => void): HostFolder {
  const after = kickingAfter(kick);
  const file = (opening: Promise<FolderFile>) =>
    after(opening.then(opened => kickingFolderFile(opened, kick)));
  return {
    status: path => after(folder.status(path)),
    fileSystem: path => after(folder.fileSystem(path)),
    list: path => after(folder.list(path)),
    open: (path, mode) => file(folder.open(path, mode)),
    create: (path, mode, permissions, exclusive) => file(folder.create(path, mode, permissions, exclusive)),
    makeFolder: (path, permissions) => after(folder.makeFolder(path, permissions)),
    symlink: (path, target) => after(folder.symlink(path, target)),
    readLink: path => after(folder.readLink(path)),
    link: (from, to) => after(folder.link(from, to)),
    rename: (from, to) => after(folder.rename(from, to)),
    remove: (path, kind) => after(folder.remove(path, kind)),
    setPermissions: (path, permissions) => after(folder.setPermissions(path, permissions)),
    setOwner: (path, uid, gid) => after(folder.setOwner(path, uid, gid)),
    setSize: (path, size) => after(folder.setSize(path, size)),
    setTimes: (path, times) => after(folder.setTimes(path, times)),
    close: () => folder.close(),
  };
}

function kickingFolderFile(file: FolderFile, kick: () => void): FolderFile {
  const after = kickingAfter(kick);
  return {
    read: (offset, length) => after(file.read(offset, length)),
    write: (offset, data) => after(file.write(offset, data)),
    sync: dataOnly => after(file.sync(dataOnly)),
    status: () => after(file.status()),
    close: () => file.close(),
  };
}

function kickingFile(file: BlockFile, kick: () => void): BlockFile {
  const after = kickingAfter(kick);
  return {
    get size() {
      return file.size;
    },
    readOnly: file.readOnly,
    read: (offset, length) => after(file.read(offset, length)),
    write: (offset, data) => after(file.write(offset, data)),
    flush: () => after(file.flush()),
    resize: size => after(file.resize(size)),
    allocated: () => file.allocated(),
    close: () => file.close(),
  };
}
