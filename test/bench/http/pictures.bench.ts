import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Pool } from 'undici';
import { afterAll, beforeAll, test } from 'vitest';
import { loadSharp } from '../../../src/images/sharp.ts';
import { median } from '../start-up.ts';
import { BenchInstallation } from './installation.ts';
import { loadFor, send, toolCall, type Load, type Repeated } from './load.ts';

const CONNECTIONS = 50;
const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
const ROUND_MS = Number(process.env['ROUND_MS'] ?? 3_000);
/** Noise, which no format makes smaller: about 4 MB as PNG. */
const SIDE = 1_180;

let place: BenchInstallation;
let requests: Record<'ours' | 'plain', Repeated>;

beforeAll(async () => {
  place = await BenchInstallation.create();
  const file = path.join(place.folder, 'noise.png');
  const sharp = await loadSharp();
  const raw = { width: SIDE, height: SIDE, channels: 3 } as const;
  await writeFile(
    file,
    await sharp(randomBytes(SIDE * SIDE * 3), { raw })
      .png()
      .toBuffer(),
  );
  const bare = await place.bare(file);
  const server = await place.product('pictures', { FIREFLY_ROOTS: place.folder });
  const pool = new Pool(`http://127.0.0.1:${server.port}`);
  let link = '';
  await send(pool, {
    ...toolCall(server.port, server.token, 'show_images', { image: file }),
    check: (answer) => void (link = /https?:\/\/[^/]+(\/images\/[^"\\\s]+)/.exec(answer)?.[1] ?? ''),
  });
  await pool.close();
  if (link === '') throw new Error('No link to the picture was found.');
  const get = (port: number, at: string) => ({
    port,
    method: 'GET' as const,
    path: at,
    headers: {},
    check: () => undefined,
  });
  requests = { ours: get(server.port, link), plain: get(bare.port, '/file') };
}, 60_000);
afterAll(() => place.end());

async function round(request: Repeated): Promise<Load> {
  const pool = new Pool(`http://127.0.0.1:${request.port}`, { connections: CONNECTIONS });
  const load = await loadFor(ROUND_MS, pool, request, CONNECTIONS);
  await pool.close();
  return load;
}

test(`a 4 MB picture at ${CONNECTIONS} connections`, async () => {
  const ratios: number[] = [];
  const seen = { ours: [] as number[], plain: [] as number[] };
  for (let number = -1; number < ROUNDS; number += 1) {
    const plain = await round(requests.plain);
    const ours = await round(requests.ours);
    // The first round compiles.
    if (number < 0) continue;
    ratios.push(ours.perSecond / plain.perSecond);
    seen.ours.push(ours.perSecond);
    seen.plain.push(plain.perSecond);
  }
  console.log(
    `\nA 4 MB picture by its signed link at ${CONNECTIONS} connections: ${median(seen.ours).toFixed(0)} a second; a plain ` +
      `file server ${median(seen.plain).toFixed(0)}. Ratio ${median(ratios).toFixed(2)} (goal: 0.8 and more)`,
  );
});
