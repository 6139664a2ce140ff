import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compose, type Composition } from '../../../src/cli/composition/compose.ts';
import { databasePath } from '../../../src/cli/composition/data-paths.ts';
import { resolveConfig } from '../../../src/config/resolve.ts';
import type { Clock } from '../../../src/shared/time/clock.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { createLogger } from '../../../src/shared/logger.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { readTextFile } from '../../../src/cli/terminal/text-file.ts';
import { removeFolder, temporaryFolder, searchedLines } from '../../support/artefacts.ts';

let folder = '';
const opened: Composition[] = [];
beforeEach(() => (folder = temporaryFolder('firefly-compose-')));
afterEach(async () => {
  await Promise.all(opened.splice(0).map((composition) => composition.close()));
  removeFolder(folder);
});

/** Sleeps of 5 ms at most, which end the delay of the recovery. */
const hasty: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 5), signal) };

function composition(home: string, env: Record<string, string> = {}) {
  const machine = { platform: process.platform, cwd: folder, home: folder, flags: {}, demo: false } as const;
  const config = resolveConfig({ ...machine, env: { FIREFLY_HOME: home, ...env }, readFile: readTextFile });
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', write: searchedLines(lines), now: () => 0 });
  const terminal = { clock: hasty, random: systemRandom, cwd: folder, home: '/home/anna', platform: 'linux' as const };
  const made = compose({ config, logger, hide: () => undefined, terminal });
  opened.push(made);
  return { config, lines, made };
}

describe('the composition', () => {
  test('opens the rooms on the first request, and only once', async () => {
    const { config, made } = composition(join(folder, 'home'));
    expect(existsSync(config.home)).toBe(false);
    const [first, second] = await Promise.all([made.services(), made.services()]);
    expect(first).toBe(second);
    expect(await made.services()).toBe(first);
    expect(statSync(config.home).mode & 0o777).toBe(0o700);
    expect(statSync(databasePath(config) ?? '').mode & 0o777).toBe(0o600);
  });

  test('opens the rooms again after a failure', async () => {
    const home = join(folder, 'home');
    writeFileSync(home, 'in the way');
    const { made } = composition(home);
    await expect(made.services()).rejects.toMatchObject({ code: 'home_unusable' });
    rmSync(home);
    expect(await made.services()).toHaveProperty('jobs');
  });

  test('refuses requests once it is closing', async () => {
    const { made } = composition(join(folder, 'home'));
    await made.services();
    await Promise.all([made.close(), made.close()]);
    await expect(made.services()).rejects.toMatchObject({ code: 'server_closing' });
  });

  test('reports a missing certificate file at the first request', async () => {
    const { made } = composition(join(folder, 'home'), { NODE_EXTRA_CA_CERTS: join(folder, 'gone.pem') });
    await expect(made.services()).rejects.toMatchObject({ code: 'certificates_unreadable' });
  });
});

describe('recovery', () => {
  test('creates nothing where there is no job store', async () => {
    const { made } = composition(join(folder, 'home'));
    made.recover();
    await systemClock.sleep(50);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('opens an existing job store, and only warns of a failure', async () => {
    const first = composition(join(folder, 'home'));
    await first.made.services();
    await first.made.close();
    const second = composition(join(folder, 'home'), { NODE_EXTRA_CA_CERTS: join(folder, 'gone.pem') });
    second.made.recover();
    await expect.poll(() => second.lines.join('')).toContain('"event":"recovery_failed"');
  });
});
