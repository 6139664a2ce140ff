import { buildConnector } from 'undici';
import type { Socket } from 'node:net';

type Connector = buildConnector.connector;

/** Part of an answer: its line up to the status, the rest of an informational head, or what ends with the next request. */
type Part = 'line' | 'fields' | 'rest';

/** Status line up to the status, where `d` is any digit. */
const LINE = 'HTTP/d.d ddd';
/** Informational, but for 101, which ends HTTP on its connection. */
const INFORMATIONAL = / 1(?!01)\d\d$/;
const CR = 0x0d;
const LF = 0x0a;
const NOTHING = Buffer.alloc(0);

/**
 * Connections that read past informational answers such as `100 Continue`, as a client must although it did not ask for
 * one (RFC 9110, section 15.2). undici (7.30, 8.13) ends the connection at a 100, and at any that says that the connection
 * will close: an accepted job would lose its handle to it.
 */
export function pastInformational(options: buildConnector.BuildOptions | Connector): Connector {
  const connect = typeof options === 'function' ? options : buildConnector(options);
  return (target, callback) =>
    connect(target, (...[error, socket]) => (error === null ? callback(null, reading(socket)) : callback(error, null)));
}

/** The socket, whose reader does not find informational answers. */
function reading(socket: Socket): Socket {
  const heads = new Heads();
  const read = socket.read.bind(socket);
  const write = socket.write.bind(socket);
  return Object.assign(socket, {
    read: (size?: number) => {
      for (;;) {
        const chunk: unknown = read(size);
        if (!Buffer.isBuffer(chunk)) return chunk;
        const left = heads.pass(chunk);
        if (left.length > 0) return left;
      }
    },
    write: (...given: Parameters<typeof write>) => {
      heads.expect();
      return write(...given);
    },
  });
}

/** Follows the answers of a connection from head to head, however they are cut into chunks. */
class Heads {
  #part: Part = 'line';
  /** What was read of a line, and is kept until its status is known. */
  #line = '';
  /** Whether the line that is read of an informational head has any byte yet: one without ends the head. */
  #isEmpty = false;

  /** A request is written, so that the next answer begins with a line. */
  expect(): void {
    if (this.#part === 'rest') this.#part = 'line';
  }

  /** The chunk without what it has of informational heads. */
  pass(chunk: Buffer): Buffer {
    let at = 0;
    while (at < chunk.length && this.#part !== 'rest') {
      const byte = chunk[at] ?? 0;
      at += 1;
      if (this.#part === 'fields') this.#field(byte);
      else if (!this.#isOfLine(byte)) return this.#rest(chunk.subarray(at));
    }
    return this.#part === 'rest' ? chunk.subarray(at) : NOTHING;
  }

  /** Reads a byte of a line. Whether it may still become the line of an informational answer. */
  #isOfLine(byte: number): boolean {
    const wanted = LINE[this.#line.length];
    const char = String.fromCharCode(byte);
    this.#line += char;
    if (wanted === 'd' ? !/\d/.test(char) : char !== wanted) return false;
    if (this.#line.length < LINE.length) return true;
    if (!INFORMATIONAL.test(this.#line)) return false;
    this.#part = 'fields';
    this.#isEmpty = false;
    this.#line = '';
    return true;
  }

  #field(byte: number): void {
    if (byte === LF && this.#isEmpty) this.#part = 'line';
    else if (byte !== CR) this.#isEmpty = byte === LF;
  }

  /** What was kept of the line, with all that follows. */
  #rest(after: Buffer): Buffer {
    const kept = Buffer.from(this.#line, 'latin1');
    this.#part = 'rest';
    this.#line = '';
    return Buffer.concat([kept, after]);
  }
}
