import { NetClient } from './client.ts';

/** A port of a hub: `-netdev hubport,id=ID,hubid=N`. */
export class HubPort extends NetClient {
  readonly hub: Hub;

  constructor(name: string, hub: Hub) {
    super(name, 'hubport');
    this.hub = hub;
    hub.ports.unshift(this);
  }

  protected receive(frame: Uint8Array): boolean {
    this.hub.repeat(frame, this);
    return true;
  }

  get info(): string {
    return '';
  }

  override close(): void {
    this.hub.ports.splice(this.hub.ports.indexOf(this), 1);
  }
}

/** Repeats each frame to all ports but the one it came from. */
export class Hub {
  readonly id: number;
  /** Newest first. */
  readonly ports: HubPort[] = [];

  constructor(id: number) {
    this.id = id;
  }

  repeat(frame: Uint8Array, from: HubPort): void {
    for (const port of this.ports) if (port !== from) port.send(frame);
  }
}
