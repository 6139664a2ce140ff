import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { ownPorts } from './ports.ts';

/** What each process does with its ports. */
async function claimed(port: number): Promise<Socket> {
  const socket = createSocket('udp4').bind({ port, address: '127.0.0.1', exclusive: true });
  await once(socket, 'listening');
  return socket;
}

const RANGE = '/proc/sys/net/ipv4/ip_local_port_range';

test('own ports are neighbours that the system assigns to nobody and that no other process claims', async () => {
  const own = await ownPorts(3);
  const other = await ownPorts();
  const mine = [own.first, own.first + 1, own.first + 2];
  expect(mine).not.toContain(other.first);
  const least = process.platform === 'linux' ? Number(/\d+/.exec(readFileSync(RANGE, 'utf8'))?.[0]) : 49_152;
  for (const port of mine) {
    expect(port).toBeLessThan(least);
    await expect(claimed(port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  }
  own.release();
  other.release();
});

test('a port that another process claims or listens on is left out', async () => {
  const { first, release } = await ownPorts();
  release();
  const claim = await claimed(first + 1);
  const server = createServer().listen(first + 3, '127.0.0.1');
  await once(server, 'listening');
  const own = await ownPorts(2);
  const mine = [own.first, own.first + 1];
  expect(mine).not.toContain(first + 1);
  expect(mine).not.toContain(first + 3);
  own.release();
  claim.close();
  server.close();
});
