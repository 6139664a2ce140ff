import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { ownPorts } from '../../support/ports.ts';

/** What a connection does to its bytes. `up` is from client to server; bytes are counted in the direction that is named. */
export type LineFault =
  /** The connection is made, but what the client sends is held back for this long. */
  | { readonly kind: 'late'; readonly ms: number }
  /** After this many bytes: RST to both ends, FIN to both ends, or silence. */
  | { readonly kind: 'reset' | 'cut' | 'stall'; readonly direction: 'up' | 'down'; readonly after: number }
  /** Bytes are passed one by one. */
  | { readonly kind: 'drip'; readonly direction: 'up' | 'down'; readonly bytesPerSecond: number };

/** A TCP relay on loopback that injects faults into its connections. */
export interface FaultProxy {
  readonly origin: string;
  /** Connections accepted so far. */
  readonly connections: number;
  /**
   * Injects the fault into the next `times` (1) connections; with `at`, into those on which the client sends a chunk
   * that contains this text, from that chunk on. Faults are used in the order in which they were planned.
   */
  next(fault: LineFault, options?: { readonly times?: number; readonly at?: string }): void;
  /** Ends every connection and refuses new ones, until `up`. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

interface Planned {
  readonly fault: LineFault;
  readonly at: string | undefined;
}

/** A proxy that a test did not close ends by itself, so that nothing is left running. */
const LONGEST_LIFE_MS = 30 * 60_000;

/** Relays to `origin`. `always` gives the fault of each connection, counted from 0, for which none was planned. */
export async function startFaultProxy(
  origin: string,
  always: (connection: number) => LineFault | undefined = () => undefined,
): Promise<FaultProxy> {
  const target = new URL(origin);
  const planned: Planned[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const { first: port, release } = await ownPorts();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const takeWhere = (matches: (plan: Planned) => boolean) => {
    const index = planned.findIndex(matches);
    return index < 0 ? undefined : planned.splice(index, 1)[0]?.fault;
  };
  const accept = (client: Socket) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) keep(socket);
    const fault = takeWhere(({ at }) => at === undefined) ?? always(connections);
    connections += 1;
    relay({ client, upstream, fault, onPiece: (text) => takeWhere(({ at }) => at !== undefined && text.includes(at)) });
  };
  let server: Server | undefined;
  const up = async () => {
    server = createServer(accept).listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  const down = async () => {
    const closing = server;
    server = undefined;
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => (closing ? closing.close(resolve) : resolve(undefined)));
  };
  await up();
  const lifetime = setTimeout(() => void down(), LONGEST_LIFE_MS).unref();
  return {
    origin: `http://127.0.0.1:${port}`,
    get connections() {
      return connections;
    },
    next: (fault, { times = 1, at } = {}) => {
      for (let count = 0; count < times; count += 1) planned.push({ fault, at });
    },
    down,
    up,
    close: async () => {
      clearTimeout(lifetime);
      await down();
      release();
    },
  };
}

interface Line {
  readonly client: Socket;
  readonly upstream: Socket;
  readonly fault: LineFault | undefined;
  /** The fault, if any, that was planned for a chunk like the one that the client has just sent. */
  readonly onPiece: (text: string) => LineFault | undefined;
}

/** Both directions of one connection, under at most one fault. */
function relay({ client, upstream, fault: first, onPiece }: Line): void {
  let fault = first;
  let left = leftOf(fault);
  let silent = false;
  const end = (how: 'reset' | 'cut' | 'stall') => {
    if (how === 'stall') return;
    for (const socket of [client, upstream]) {
      if (how === 'reset') socket.resetAndDestroy();
      else socket.end();
    }
  };
  const carry = (direction: 'up' | 'down', from: Socket, to: Socket) => {
    from.on('data', (piece: Buffer) => {
      const met = direction === 'up' && fault === undefined ? onPiece(piece.toString('latin1')) : undefined;
      if (met) [fault, left] = [met, leftOf(met)];
      if (fault?.kind === 'late') return pass(piece, from, to);
      if (fault === undefined || fault.direction !== direction) return pass(piece, from, to);
      if (fault.kind === 'drip') return drip(piece, { from, to, bytesPerSecond: fault.bytesPerSecond });
      const part = piece.subarray(0, left);
      left -= part.length;
      pass(part, from, to);
      if (left > 0) return;
      // The bytes that are let through must have been read before the connection breaks: a reset that overtakes them looks
      // like an end. A timer that fires late, on a busy machine, comes before reads that are due, an immediate after them.
      const { kind } = fault;
      silent = kind === 'stall';
      setTimeout(() => setImmediate(() => end(kind)), 20);
      from.pause();
    });
    from.on('end', () => {
      if (!silent) to.end();
    });
    from.on('close', () => {
      // A silent connection does not tell the client that the server has closed it.
      if (direction === 'up' || !silent) setTimeout(() => to.destroy(), 50).unref();
    });
  };
  carry('up', client, upstream);
  carry('down', upstream, client);
  if (fault?.kind !== 'late') return;
  client.pause();
  const timer = setTimeout(() => client.resume(), fault.ms);
  client.on('close', () => clearTimeout(timer));
}

function leftOf(fault: LineFault | undefined): number {
  return fault !== undefined && 'after' in fault ? fault.after : Infinity;
}

function pass(piece: Buffer, from: Socket, to: Socket): void {
  if (to.destroyed || to.write(piece)) return;
  from.pause();
  to.once('drain', () => from.resume());
}

function drip(piece: Buffer, line: { from: Socket; to: Socket; bytesPerSecond: number }): void {
  const { from, to, bytesPerSecond } = line;
  from.pause();
  let at = 0;
  const step = () => {
    if (to.destroyed) return clearInterval(timer);
    to.write(piece.subarray(at, at + 1));
    at += 1;
    if (at < piece.length) return;
    clearInterval(timer);
    from.resume();
  };
  const timer = setInterval(step, 1_000 / bytesPerSecond);
}
