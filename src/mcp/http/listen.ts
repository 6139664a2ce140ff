import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Problem } from '../../shared/errors.ts';

/**
 * Refuses a host that other machines could reach: one token for all callers is no authentication of several people.
 * @throws Problem `not_loopback`
 */
export function assertLoopback(host: string): void {
  if (host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)) return;
  const message = 'HTTP is served to this machine only: other machines would be able to spend with its credentials.';
  throw new Problem('not_loopback', message, {
    next: 'Use 127.0.0.1, ::1 or localhost as the host; from another machine, use an SSH tunnel.',
  });
}

/**
 * Binds the server and resolves with the port.
 * @throws Problem `port_in_use`, `port_refused`, `host_unknown`
 */
export async function listen(server: Server, host: string, port: number): Promise<number> {
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
  const code = 'code' in error ? error.code : undefined;
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
