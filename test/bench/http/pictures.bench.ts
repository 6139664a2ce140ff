import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Pool } from 'undici';
import { afterAll, beforeAll, test } from 'vitest';
import { loadSharp } from '../../../src/images/sharp.ts';
import { median } from '../start-up.ts';
import { BenchInstallation } from './installation.ts';
import { loadFor, send, toolCall, type Repeated } from './load.ts';
import type { ServerProcess } from './processes.ts';

const CONNECTIONS = 50;
const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
const ROUND_MS = Number(process.env['ROUND_MS'] ?? 3_000);
/** Noise, which no format makes smaller: about 4 MB as PNG. */
const SIDE = 1_180;

let place: BenchInstallation;
let contestants: Record<'ours' | 'plain', { readonly request: Repeated; readonly server: ServerProcess }>;

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
  contestants = {
    ours: { request: get(server.port, link), server },
    plain: { request: get(bare.port, '/file'), server: bare },
  };
}, 60_000);
afterAll(() => place.end());

interface Figures {
  readonly perSecond: number;
  /** Processor time of the server a picture. */
  readonly cpuMs: number;
}

async function round({ request, server }: (typeof contestants)['ours']): Promise<Figures> {
  const pool = new Pool(`http://127.0.0.1:${request.port}`, { connections: CONNECTIONS });
  const before = server.cpuMs();
  const started = performance.now();
  const { perSecond } = await loadFor(ROUND_MS, pool, request, CONNECTIONS);
  const pictures = (perSecond * (performance.now() - started)) / 1000;
  await pool.close();
  return { perSecond, cpuMs: (server.cpuMs() - before) / pictures };
}

test(`a 4 MB picture at ${CONNECTIONS} connections`, async () => {
  const seen = { ours: [] as Figures[], plain: [] as Figures[] };
  for (let number = -1; number < ROUNDS; number += 1) {
    const plain = await round(contestants.plain);
    const ours = await round(contestants.ours);
    // The first round compiles.
    if (number < 0) continue;
    seen.ours.push(ours);
    seen.plain.push(plain);
  }
  const said = (rounds: readonly Figures[]) =>
    `${median(rounds.map(({ perSecond }) => perSecond)).toFixed(0)} a second, ` +
    `${median(rounds.map(({ cpuMs }) => cpuMs)).toFixed(1)} ms of processor time each`;
  const ratios = seen.ours.map(({ perSecond }, n) => perSecond / (seen.plain[n]?.perSecond ?? NaN));
  console.log(
    `\nA 4 MB picture by its signed link at ${CONNECTIONS} connections: ${said(seen.ours)}; a plain file server ` +
      `${said(seen.plain)}. Ratio ${median(ratios).toFixed(2)} (goal: 0.8 and more)`,
  );
});
