import { lookup as systemLookup } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';

/** IPv4 blocks that are not public: IANA special-purpose registry (RFC 6890 and its updates) and multicast. */
const PRIVATE_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // AS112, which answers for names of private networks (RFC 7534, RFC 7535).
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.175.48.0', 24],
  // The platform's own services on every machine in Azure (Microsoft, "What is IP address 168.63.129.16?").
  ['168.63.129.16', 32],
];

/** IPv6 blocks that are not public, or that embed an IPv4 address (6to4, Teredo, IPv4-compatible). */
const PRIVATE_V6: readonly (readonly [string, number])[] = [
  ['::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2001:4:112::', 48],
  ['2620:4f:8000::', 48],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];

/**
 * Prefixes of IPv6 addresses that embed an IPv4 address: mapped (RFC 4291), translated (RFC 2765) and NAT64 (RFC 6052). Networks
 * without IPv4 reach public hosts through NAT64, so only embedded private addresses are blocked.
 */
const EMBEDDING_PREFIXES = ['::ffff:', '::ffff:0:', '64:ff9b::'];

const blocked = createBlockList();

/** Refusal of an address; `code` distinguishes it from a network failure. */
class BlockedAddressError extends Error {
  override readonly name = 'BlockedAddressError';
  readonly code = 'ERR_ADDRESS_BLOCKED';
}

/** Whether `address` (an IP literal without brackets) is public; false for anything but an IP address. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && !blocked.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** Whether a URL's host is an IP literal that is not public. Host names are checked at connect. */
export function isPrivateLiteral(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) !== 0 && !isPublicAddress(host);
}

/** Whether a URL names this machine: `localhost`, 127.0.0.0/8 or ::1. */
export function isLoopback(url: URL): boolean {
  return url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(\.\d+){3}$/.test(url.hostname);
}

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/** An origin under each usual name of this machine, where it has one of them; else the origin alone. */
export function namesOfLoopback(origin: string): readonly string[] {
  const { protocol, hostname, port } = new URL(origin);
  if (!LOOPBACK_NAMES.includes(hostname)) return [origin];
  return LOOPBACK_NAMES.map((name) => new URL(`${protocol}//${name}:${port}`).origin);
}

/**
 * A DNS lookup that yields public addresses only. It is part of connecting, so a name cannot resolve differently
 * between check and connection (DNS rebinding).
 */
export function publicOnly(lookup: LookupFunction = systemLookup): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const addresses = (typeof found === 'string' ? [] : found).filter(({ address }) => isPublicAddress(address));
      const first = addresses[0];
      if (!first) return callback(new BlockedAddressError('The name has no public address.'), []);
      if (options.all) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}

function createBlockList(): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of PRIVATE_V6) list.addSubnet(network, prefix, 'ipv6');
  for (const [network, prefix] of PRIVATE_V4) {
    list.addSubnet(network, prefix, 'ipv4');
    for (const embedding of EMBEDDING_PREFIXES) list.addSubnet(embedding + network, 96 + prefix, 'ipv6');
  }
  return list;
}
