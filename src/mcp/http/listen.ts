import type { Server } from 'node:http';
import { isIP, type AddressInfo } from 'node:net';
import { errorCode, Problem } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';

/**
 * Refuses a host that other machines could reach, unless people sign in (one token for all callers is no authentication of
 * several people), and through TLS, which `publicUrl` says (tokens would cross the network in clear text).
 * @throws Problem `not_loopback`
 */
export function assertGuarded(
  host: string,
  { isShared = false, publicUrl }: { readonly isShared?: boolean | undefined; readonly publicUrl?: string | undefined },
): void {
  // What looks like an address and is none, such as 127.0.0.256, is a name, which may lead anywhere.
  if (host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))) return;
  if (isShared && publicUrl?.startsWith('https:')) return;
  if (isShared) {
    throw new Problem('not_loopback', 'People would send their tokens in clear text: no https address is configured.', {
      next: 'Put a proxy with TLS in front, and set FIREFLY_PUBLIC_URL to its https address.',
    });
  }
  const message = 'HTTP is served to this machine only: other machines would be able to spend with its credentials.';
  throw new Problem('not_loopback', message, {
    next: 'Use 127.0.0.1, ::1 or localhost as the host. For a team, set FIREFLY_AUTH_FILE or FIREFLY_OAUTH_ISSUER.',
  });
}

/** Both names of this machine that clients take localhost for. */
const LOOPBACKS = ['127.0.0.1', '::1'];
/** Attempts to find a port that is free on both addresses. */
const ATTEMPTS = 5;

/**
 * Listens on a host; for `localhost` on both loopback addresses, since clients resolve that name to either of them. Where
 * the machine has no IPv6, on the other one alone.
 * @throws Problem those of `listen`
 */
export async function listenOn(
  host: string,
  port: number,
  { newServer, logger }: { readonly newServer: () => Server; readonly logger: Logger },
): Promise<{ readonly servers: readonly Server[]; readonly port: number }> {
  const [first = host, ...others] = host === 'localhost' ? LOOPBACKS : [host];
  for (let attempt = 1; ; attempt += 1) {
    const servers = [newServer()];
    try {
      const bound = await listen(servers[0] ?? newServer(), first, port);
      for (const other of others) {
        const server = newServer();
        servers.push(server);
        await listen(server, other, bound).catch((error: unknown) => {
          // Any other code means that the machine lacks this address.
          if (error instanceof Problem && error.code !== 'host_unknown') throw error;
          servers.pop();
          logger.warn('loopback_missing', { address: other });
        });
      }
      return { servers, port: bound };
    } catch (error) {
      for (const server of servers) server.close();
      const isOccupied = error instanceof Problem && error.code === 'port_in_use';
      if (port !== 0 || !isOccupied || attempt === ATTEMPTS) throw error;
    }
  }
}

/**
 * Binds the server and resolves with the port.
 * @throws Problem `port_in_use`, `port_refused`, `host_unknown`
 */
async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explain(error, host, port)));
    server.listen(port, host, resolve);
  });
  return addressOf(server).port;
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The HTTP server has no port.');
  return address;
}

function explain(error: Error, host: string, port: number): Error {
  const code = errorCode(error);
  if (code === 'EADDRINUSE') {
    return new Problem('port_in_use', `Port ${port} on ${host} is in use.`, {
      next: 'Choose another port, or 0 for any free one.',
      cause: error,
    });
  }
  if (code === 'EACCES') {
    return new Problem('port_refused', `This account is not allowed to use port ${port}.`, {
      next: 'Choose a port above 1023.',
      cause: error,
    });
  }
  return new Problem('host_unknown', `The server cannot listen on ${host}.`, {
    next: 'Use 127.0.0.1.',
    cause: error,
  });
}
