import { get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { FetchJson } from '../../../mcp/sign-in/issuer-keys.ts';

const MOST_BYTES = 1024 * 1024;
const MOST_MS = 5_000;

/** Fetches a JSON document over https, or over plain http from this machine; follows no redirect. */
export const fetchJson: FetchJson = async (address) => {
  const url = new URL(address);
  const isLoopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback))
    throw new Error(`${address} is not https.`);
  const get = url.protocol === 'https:' ? getSecure : getPlain;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = {
      headers: { Accept: 'application/json' },
      signal: AbortSignal.timeout(MOST_MS),
      agent: false,
      // Said, since NODE_TLS_REJECT_UNAUTHORIZED in the environment of a host would turn the check off, and an attacker on
      // the network would sign in with keys of its own.
      rejectUnauthorized: true,
    } as const;
    get(url, options, resolve).once('error', reject);
  });
  if (response.statusCode !== 200) {
    response.destroy();
    throw new Error(`${address} answered ${response.statusCode}.`);
  }
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of response) {
    if (!Buffer.isBuffer(piece)) continue;
    bytes += piece.length;
    if (bytes > MOST_BYTES) throw new Error(`${address} answered with too much.`);
    pieces.push(piece);
  }
  return JSON.parse(Buffer.concat(pieces).toString());
};
