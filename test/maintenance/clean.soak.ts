import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { MAIN } from '../support/program/test-installation.ts';
import { overhear } from '../support/artefacts.ts';
import { DataFolder } from './data-folder.ts';

const KILLS = Math.min(200, Number(process.env['KILLS'] ?? 200));
const MINUTES = Number(process.env['MINUTES'] ?? 10);
const PICTURES = 60;

test(
  `K15: "clean --keep-gb" leaves no record without its file, killed ${KILLS} times at random moments`,
  { timeout: 30 * 60_000 },
  async () => {
    const data = await DataFolder.create();
    const keep = await data.picture(2);
    const environment = {
      PATH: process.env['PATH'] ?? '',
      HOME: data.folder,
      FIREFLY_HOME: data.folder,
      FIREFLY_DATABASE_URL: `sqlite:${data.store}`,
    };
    const clean = () =>
      spawn(process.execPath, [MAIN, 'clean', '--keep-gb', (keep.bytes / 1e9).toFixed(9)], { env: environment });
    const end = performance.now() + MINUTES * 60_000;
    let within = 0;
    let takesMs = 400;
    try {
      for (let kill = 0; kill < KILLS && performance.now() < end; kill += 1) {
        for (let n = 0; n < PICTURES; n += 1) await data.picture(100 - n);
        const child = clean();
        overhear(child);
        const ended = once(child, 'close');
        await sleep(takesMs * (0.5 + Math.random() / 2));
        child.kill('SIGKILL');
        await ended;
        const left = await data.left();
        const files = readdirSync(join(data.pictures, 'originals'), { recursive: true, encoding: 'utf8' });
        if (left.length === 1 && files.filter((name) => name.endsWith('.png')).length > 1) within += 1;
        const { collector } = data.retention();
        await data.blobs.repair();
        for (const id of left) {
          const image = await data.images.get(id, { principal: 'alice', conversation: undefined });
          expect(existsSync(data.pathOf(image))).toBe(true);
        }
        const start = performance.now();
        await once(clean(), 'close');
        takesMs = performance.now() - start;
        expect(await data.left()).toEqual([keep.id]);
        expect(await collector.sweepAll(true)).toEqual({ files: 0, bytes: 0 });
      }
      console.log(`K15: ${within} of ${KILLS} kills came between the records and the last file`);
    } finally {
      await data.end();
    }
  },
);
