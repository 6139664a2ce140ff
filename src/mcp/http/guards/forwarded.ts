import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { Refusal } from './request-guard.ts';

/** Where a request comes from, as far as that can be known. */
export interface Client {
  /**
   * Address of the sender: that of the connection where no trusted proxy names another one; `unknown` where a
   * proxy names something else than an address, which is not this machine.
   */
  readonly address: string;
  /** Whether the connection is one of a trusted proxy. */
  readonly isProxied: boolean;
  /** The protocol that the client speaks with the proxy; undefined where none says so. */
  readonly protocol: string | undefined;
}

/** Proxies whose forwarding headers count, by address. */
export class TrustedProxies {
  readonly #ranges = new BlockList();
  readonly #isEmpty: boolean;

  /** @param ranges addresses, or ranges such as `10.0.0.0/8`, of either family */
  constructor(ranges: readonly string[]) {
    this.#isEmpty = ranges.length === 0;
    for (const range of ranges) {
      const [address = '', prefix] = range.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (prefix === undefined) this.#ranges.addAddress(address, family);
      else this.#ranges.addSubnet(address, Number(prefix), family);
    }
  }

  /**
   * Where a request comes from. `X-Forwarded-For`, or `Forwarded` (RFC 7239) where that is absent, is read from its end,
   * which the nearest proxy has written, up to the first address that is no trusted proxy: what a client puts there itself
   * comes before that.
   */
  clientOf({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): Client {
    const peer = plain(socket.remoteAddress ?? '');
    if (!this.#has(peer)) return { address: peer, isProxied: false, protocol: undefined };
    const hops = listed(headers['x-forwarded-for']) ?? forwarded(headers, 'for');
    let address = peer;
    for (const hop of hops.toReversed().map((text) => plain(withoutPort(text.trim())))) {
      if (hop === '') break;
      address = isIP(hop) === 0 ? 'unknown' : hop;
      if (!this.#has(hop)) break;
    }
    const protocols = listed(headers['x-forwarded-proto']) ?? forwarded(headers, 'proto');
    const protocol = protocols.at(-1)?.trim().toLowerCase();
    return { address, isProxied: true, protocol: protocol === '' ? undefined : protocol };
  }

  #has(address: string): boolean {
    // Without proxies no request pays for the look.
    if (this.#isEmpty) return false;
    const family = isIP(address);
    return family !== 0 && this.#ranges.check(address, family === 6 ? 'ipv6' : 'ipv4');
  }
}

/** Refuses what did not come through TLS, where a proxy is to see to that: such a request has sent its token in clear text. */
export function rejectClearText({ isProxied, protocol }: Client, publicUrl: string | undefined): Refusal | undefined {
  if (!isProxied) return { status: 403, message: 'This server is reached through its proxy only.' };
  if (publicUrl?.startsWith('https:') === true && protocol !== undefined && protocol !== 'https') {
    return { status: 403, message: `This server is reached by https only: ${publicUrl}` };
  }
  return undefined;
}

/** The entries of a header; undefined where it is absent or empty. */
function listed(header: string | readonly string[] | undefined): readonly string[] | undefined {
  const text = String(header ?? '').trim();
  return text === '' ? undefined : text.split(',');
}

/**
 * What the proxies say in `Forwarded` (RFC 7239, section 4), one entry each, empty where one says nothing of it. A quote
 * that never ends is one by which a client would take in what the proxy has put behind it: nothing of that header counts.
 */
function forwarded({ forwarded: header }: IncomingMessage['headers'], wanted: 'for' | 'proto'): readonly string[] {
  const text = String(header ?? '');
  if (!/^(?:"(?:[^"\\]|\\.)*"|[^"])*$/.test(text)) return ['unknown'];
  const hops = text.match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? [];
  return hops.map((hop) => {
    const pairs = hop.match(/(?:"(?:[^"\\]|\\.)*"|[^;"])+/g) ?? [];
    const value = pairs.map((pair) => pair.trim()).find((pair) => pair.toLowerCase().startsWith(`${wanted}=`));
    return (value ?? '').slice(wanted.length + 1).replaceAll('"', '');
  });
}

/** Some proxies write the port of the client, too: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(hop: string): string {
  const [, address = hop] = /^\[(.*)\](?::\d+)?$/.exec(hop) ?? /^([\d.]+):\d+$/.exec(hop) ?? [];
  return address;
}

/** Node names an IPv4 peer of a socket for both families as `::ffff:192.0.2.1`. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
