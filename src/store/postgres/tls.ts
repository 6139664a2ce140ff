import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { errorCode, Problem } from '../../shared/errors.ts';
import { distrust } from '../../shared/files/ownership.ts';
import { quoteUntrusted } from '../../shared/text/text.ts';

/** How the driver is to connect. */
export interface SecuredAddress {
  /** The address without the parameters of TLS, which `ssl` replaces. */
  readonly url: string;
  /** Undefined leaves the choice to the environment (`PGSSLMODE`): for this machine only. */
  readonly ssl: ConnectionOptions | false | undefined;
  /** What is open to others on the way, as a clause. */
  readonly warning?: string;
}

/** Modes with a check of the certificate. `require` has one too, as in the driver. */
const CHECKED = ['verify-full', 'require', 'prefer'];
const TLS_PARAMETERS = ['sslmode', 'ssl', 'sslrootcert', 'sslcert', 'sslkey', 'uselibpqcompat'];

/**
 * Decides on TLS. The address holds a password, and rows hold prompts and links, so a server that is not on this machine is
 * reached by TLS with a checked certificate and name, unless the address says otherwise in so many words.
 * @param hostOf the host that the driver would connect to by an address, of several parameters and the environment too
 * @param readText reads a PEM file
 * @throws Problem `store_refused` for an `sslmode` that would leave the choice to the network, and for a file that cannot be
 *   read or believed
 */
export function secureAddress(url: string, hostOf: (address: string) => string, readText = readPem): SecuredAddress {
  const parsed = new URL(url);
  const parameter = (name: string) => parsed.searchParams.get(name) ?? undefined;
  const mode = parameter('sslmode') ?? modeOf(parameter('ssl'));
  const files = { ca: parameter('sslrootcert'), cert: parameter('sslcert'), key: parameter('sslkey') };
  for (const name of TLS_PARAMETERS) parsed.searchParams.delete(name);
  const bare = parsed.href;
  const isLocal = isOnThisMachine(hostOf(bare));

  if (mode === undefined && isLocal) return { url: bare, ssl: undefined };
  if (mode === 'disable') {
    const warning = 'passwords, prompts and links cross the network in clear text (sslmode=disable)';
    return { url: bare, ssl: false, ...(!isLocal && { warning }) };
  }
  // Said, since NODE_TLS_REJECT_UNAUTHORIZED in the environment of a host would turn the check off.
  const given = Object.entries(files).filter(([, path]) => path !== undefined);
  const ssl = Object.fromEntries(given.map(([name, path]) => [name, readText(String(path))]));
  if (mode === undefined || CHECKED.includes(mode)) return { url: bare, ssl: { ...ssl, rejectUnauthorized: true } };
  if (mode === 'verify-ca') {
    return { url: bare, ssl: { ...ssl, rejectUnauthorized: true, checkServerIdentity: () => undefined } };
  }
  if (mode === 'no-verify') {
    const warning = 'the certificate of the server is not checked (sslmode=no-verify)';
    return { url: bare, ssl: { ...ssl, rejectUnauthorized: false }, ...(!isLocal && { warning }) };
  }
  throw new Problem('store_refused', `FIREFLY_DATABASE_URL has an unknown sslmode: "${quoteUntrusted(mode, 40)}".`, {
    next: 'Use verify-full, verify-ca or require, or, in a network that you trust, disable.',
  });
}

/** The older parameter of the driver. */
function modeOf(ssl: string | undefined): string | undefined {
  if (ssl === undefined) return undefined;
  return ssl === 'true' || ssl === '1' ? 'verify-full' : ssl === 'false' || ssl === '0' ? 'disable' : ssl;
}

/** A socket of the file system, or the loopback interface. */
function isOnThisMachine(host: string): boolean {
  if (host.startsWith('/')) return true;
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

/** Who can write to the file can have the password sent to a server of their own; a pipe would never end. */
function readPem(path: string): string {
  const refused = (why: string, cause?: unknown) =>
    new Problem('store_refused', `A file that FIREFLY_DATABASE_URL names ${why}: ${quoteUntrusted(path, 200)}.`, {
      next: 'Correct its path, owner or mode: only its owner, you or root, may write to it.',
      places: [path],
      cause,
    });
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const found = fstatSync(file);
    const doubt = found.isFile() ? distrust(found) : 'it is no regular file';
    if (doubt !== undefined) throw refused(`is not used, since ${doubt}`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw error instanceof Problem ? error : refused(`cannot be read (${errorCode(error) ?? 'unknown'})`, error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
