import { existsSync, mkdirSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { fileBlobs, originalIn } from '../../support/rooms/blobs.ts';
import { createImageLibrary, imageMigrations } from '../../../src/images/library/library.ts';
import { addReferences } from '../../../src/images/blobs/references.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { jobMigrations } from '../../../src/jobs/store/schema.ts';
import { openStore } from '../../../src/store/open.ts';
import { onePixel } from '../../support/doubles/scripted-adobe.ts';
import { fakeTerminal } from '../fake-terminal.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';

const DAY_MS = 24 * 3_600_000;
const common = { clock: systemClock, random: systemRandom, logger: silentLogger };

let home = '';
beforeEach(() => (home = temporaryFolder('firefly-clean-')));
afterEach(() => removeFolder(home));

async function run(args: readonly string[], env: Record<string, string> = {}) {
  const terminal = fakeTerminal(['clean', ...args], { cwd: home, env: { FIREFLY_HOME: home, ...env } });
  return { code: await main(terminal), ...terminal.output };
}

/** Stores a picture that is `days` days old. */
async function picture(shade: number, days: number, folder = home): Promise<StoredPicture> {
  const path = join(folder, 'firefly.sqlite');
  const db = await openStore({ path, migrations: [imageMigrations, jobMigrations], ...common });
  const images = createImageLibrary({ db, blobs: fileBlobs(join(folder, 'images')), ...common });
  const receiver = await images.receive();
  await receiver.write(onePixel(shade));
  const stored = await receiver.finish();
  const owner = {
    principal: 'local',
    conversation: undefined,
    account: 'a',
    kind: 'import',
    job: undefined,
    index: 1,
  } as const;
  const { id } = await db.transaction((tx) => images.add(tx, { ...stored, ...owner, facts: {} }));
  const then = Date.now() - days * DAY_MS;
  await db.run('UPDATE images SET created_at = ? WHERE id = ?', [Math.floor(then), id]);
  const file = originalIn(join(folder, 'images'), stored);
  utimesSync(file, then / 1000, then / 1000);
  await db.close();
  return { id, path: file, bytes: stored.bytes };
}

interface StoredPicture {
  readonly id: string;
  readonly path: string;
  readonly bytes: number;
}

const gb = (bytes: number) => (bytes / 1e9).toFixed(9);

describe('clean', () => {
  test('has nothing to delete where there is no job store, and creates none', async () => {
    expect(await run([])).toMatchObject({ code: 0, out: 'There is nothing to delete yet.\n' });
    expect(existsSync(join(home, 'firefly.sqlite'))).toBe(false);
  });

  test('deletes by age, and only announces it with --dry-run', async () => {
    const old = await picture(1, 40);
    const young = await picture(2, 10);
    const dryRun = await run(['--older-than', '30', '--dry-run']);
    expect(dryRun).toMatchObject({ code: 0, out: 'Would delete 1 picture and 0 jobs older than 30 days.\n' });
    expect(existsSync(old.path)).toBe(true);
    const done = await run([], { FIREFLY_RETENTION_DAYS: '30' });
    expect(done.out).toMatch(/^Deleted 1 picture and 0 jobs older than 30 days; \d+ B freed in 1 file\.\n$/);
    expect([old, young].map(({ path }) => existsSync(path))).toEqual([false, true]);
  });

  test('deletes the oldest by size, and only announces it with --dry-run', async () => {
    const [one, two, three] = [await picture(1, 4), await picture(2, 3), await picture(3, 2)];
    const keep = two.bytes + three.bytes;
    const dryRun = await run(['--keep-gb', gb(keep), '--dry-run']);
    expect(dryRun.out).toBe(
      `Would delete 1 old picture, ${one.bytes} B. Pictures would take ${keep} B, within the limit of ${keep} B.\n`,
    );
    expect(existsSync(one.path)).toBe(true);
    const done = await run([], { FIREFLY_RETENTION_GB: gb(keep) });
    expect(done.out).toContain(
      `Deleted 1 old picture; ${one.bytes} B freed in 1 file. Pictures take ${keep} B, within the limit of ${keep} B.\n`,
    );
    expect([one, two, three].map(({ path }) => existsSync(path))).toEqual([false, true, true]);
    const again = await run(['--keep-gb', gb(keep)]);
    expect(again).toMatchObject({
      code: 0,
      out: expect.stringContaining('Deleted 0 old pictures; 0 B freed in 0 files.'),
    });
  });

  test('keeps pictures of the last hour, and says that it cannot reach the size because of them', async () => {
    const [old, young] = [await picture(1, 2), await picture(2, 0)];
    const { code, out } = await run(['--keep-gb', '0.000000001']);
    expect(out).toContain(
      `Deleted 1 old picture; ${old.bytes} B freed in 1 file. Pictures still take ${young.bytes} B, ` +
        `more than the limit of 1 B: ${young.bytes} B in 1 picture of the last hour cannot be deleted now.\n`,
    );
    expect({ code, there: [old, young].map(({ path }) => existsSync(path)) }).toEqual({
      code: 0,
      there: [false, true],
    });
  });

  test('deletes only data of the demo with --demo', async () => {
    mkdirSync(join(home, 'demo'), { mode: 0o700 });
    const [real, demo] = [await picture(1, 2), await picture(2, 2, join(home, 'demo'))];
    expect((await run(['--keep-gb', '0.000000001', '--demo'])).out).toContain('Deleted 1 old picture');
    expect([real, demo].map(({ path }) => existsSync(path))).toEqual([true, false]);
  });

  test('deletes no picture where neither an age nor a size is set', async () => {
    const old = await picture(1, 4000);
    expect((await run([])).out).toContain('no pictures or jobs are deleted');
    expect(existsSync(old.path)).toBe(true);
  });

  test('deletes all pictures given with --image, or none where one does not exist', async () => {
    const [one, two, three] = [await picture(1, 1), await picture(2, 1), await picture(3, 1)];
    const unknown = `img_${'0'.repeat(26)}`;
    const wrong = await run(['--image', one.id, '--image', unknown]);
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining(unknown) });
    expect(existsSync(one.path)).toBe(true);
    expect((await run(['--image', one.id, '--dry-run'])).out).toBe('Would delete 1 picture.\n');
    const done = await run(['--image', one.id, '--image', two.id]);
    expect(done.out).toMatch(/^Deleted 2 pictures; \d+ B freed in 2 files\.\n$/);
    expect([one, two, three].map(({ path }) => existsSync(path))).toEqual([false, false, true]);
  });

  test('keeps a picture given with --image that a job needs, deletes the others, and says so', async () => {
    const [needed, other] = [await picture(1, 1), await picture(2, 1)];
    const path = join(home, 'firefly.sqlite');
    const db = await openStore({ path, migrations: [imageMigrations, jobMigrations], ...common });
    await db.transaction((tx) => addReferences(tx, 'job_x', [{ kind: 'image', target: needed.id }]));
    await db.close();
    const { code, out, err } = await run(['--image', needed.id, '--image', other.id]);
    expect({ code, out, err }).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^Deleted 1 picture; /),
      err: `Kept ${needed.id}: an unfinished job, batch or edit needs it.\n`,
    });
    expect([needed, other].map((each) => existsSync(each.path))).toEqual([true, false]);
  });

  test('deletes files that the job store does not know with --orphans only', async () => {
    const lost = await picture(1, 2);
    rmSync(join(home, 'firefly.sqlite'));
    await picture(2, 2);
    await run(['--older-than', '1000']);
    expect(existsSync(lost.path)).toBe(true);
    expect((await run(['--orphans', '--dry-run'])).out).toMatch(/would free \d+ B in 1 file/);
    expect((await run(['--orphans'])).out).toMatch(/does not know: \d+ B freed in 1 file/);
    expect(existsSync(lost.path)).toBe(false);
  });

  test.each([
    [['--older-than', '0'], 'from 1'],
    [['--older-than', 'soon'], 'whole number'],
    [['--keep-gb', '0'], 'above 0'],
    [['--keep-gb', '2GB'], 'number of gigabytes'],
    [['--image', `img_${'0'.repeat(26)}`, '--keep-gb', '3'], '--image deletes single pictures'],
    [['--image', 'last'], 'img_'],
    [['--image', `img_${'0'.repeat(26)}`, '--older-than', '3'], '--image deletes single pictures'],
  ])('refuses %j', async (args, hint) => {
    expect(await run(args)).toMatchObject({ code: 2, err: expect.stringContaining(hint) });
  });
});
