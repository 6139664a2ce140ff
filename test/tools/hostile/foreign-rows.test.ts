import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../../src/store/database.ts';
import { TestRooms } from '../../support/rooms/test-rooms.ts';

// What a program can do that may write to the database, as with a shared PostgreSQL.

let rooms: TestRooms;
let db: Database;
let folder = '';
beforeEach(async () => {
  rooms = await TestRooms.open({ wrapStore: (store) => (db = store) });
  folder = join(rooms.settings.outputFolder, 'set');
});
afterEach(() => rooms[Symbol.asyncDispose]());

async function settled(): Promise<string> {
  const { structured } = await rooms.call('submit_batch', { items: [{ prompt: 'fox' }], folder: 'set' });
  const batch = String(structured?.['batch']);
  await passUntil(() => existsSync(join(folder, 'manifest.json')));
  return batch;
}

async function passUntil(done: () => boolean): Promise<void> {
  for (let count = 0; count < 40 && !done(); count++) await rooms.clock.pass(2_000);
}

const change = (sql: string, ...values: string[]) => db.transaction((tx) => tx.run(sql, values));

test.each(['../victim/settings', '../victim/other', '/etc/x', 'manifest/../../victim/settings', 'settings'])(
  'a manifest that a row calls %s is not written, and no file is replaced',
  async (manifest) => {
    const victim = join(rooms.settings.outputFolder, 'victim');
    const batch = await settled();
    await mkdir(victim);
    for (const name of ['settings.json', 'settings.csv']) await writeFile(join(victim, name), 'theirs');
    await writeFile(join(folder, 'settings.json'), 'theirs');
    await change('UPDATE batches SET manifest = ?, settled_at = NULL WHERE id = ?', manifest, batch);
    await rooms.clock.pass(120_000);
    for (const path of [join(victim, 'settings.json'), join(victim, 'settings.csv'), join(folder, 'settings.json')]) {
      expect(await readFile(path, 'utf8')).toBe('theirs');
    }
    expect((await readdir(victim)).toSorted()).toEqual(['settings.csv', 'settings.json']);
    expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
  },
);

test('a manifest of another batch, or a file of the user, under the recorded name is not replaced', async () => {
  const batch = await settled();
  const other = '{\n  "batch": "batch_other",\n  "mine": true\n}';
  await writeFile(join(folder, 'manifest.json'), other);
  await change('UPDATE batches SET settled_at = NULL WHERE id = ?', batch);
  await passUntil(() => existsSync(join(folder, 'manifest-2.json')));
  expect(await readFile(join(folder, 'manifest.json'), 'utf8')).toBe(other);
  expect(JSON.parse(await readFile(join(folder, 'manifest-2.json'), 'utf8'))).toMatchObject({ batch });
});

test('a folder with ".." in a row gets no file', async () => {
  const batch = await settled();
  await change('UPDATE batches SET folder = ?, settled_at = NULL WHERE id = ?', `${folder}/../other`, batch);
  await rooms.clock.pass(120_000);
  expect(existsSync(join(rooms.settings.outputFolder, 'other'))).toBe(false);
});

test('a hash that is a path reads no file', async () => {
  const { structured } = await rooms.finished({ prompt: 'a fox' });
  const [made] = (structured?.['images'] ?? []) as { image: string }[];
  const secret = join(rooms.folder, 'secret.png');
  await writeFile(secret, 'secret');
  await change('UPDATE images SET sha256 = ? WHERE id = ?', '../../../secret', made?.image ?? '');
  const answer = await rooms.answer('save_image', { image: made?.image });
  expect(answer.isError).toBe(true);
  expect(answer.text).not.toContain('secret');
  expect(await readFile(secret, 'utf8')).toBe('secret');
});

test('a number beyond those of this program is told as a row that cannot be read, not as a defect', async () => {
  const { structured } = await rooms.finished({ prompt: 'a fox' });
  const [made] = (structured?.['images'] ?? []) as { image: string }[];
  await change(
    'UPDATE images SET seed = 9223372036854775807, bytes = 9223372036854775807 WHERE id = ?',
    made?.image ?? '',
  );
  const answer = await rooms.answer('show_images', { images: [made?.image] });
  expect(answer.text).toContain('Code: store_unreadable.');
});

test.each(['images', 'jobs', 'permits'])(
  'a time of %s that no date has is told as a row that cannot be read',
  async (table) => {
    await rooms.finished({ prompt: 'a fox' });
    const column = table === 'permits' ? 'granted_at' : 'created_at';
    await change(`UPDATE ${table} SET ${column} = 8640000000000001`);
    const answers = [await rooms.answer('list_images', {}), await rooms.answer('job_status', {})];
    const told = answers.filter(({ isError }) => isError).map(({ text }) => /Code: (\w+)/.exec(text)?.[1]);
    expect(new Set(told)).toEqual(new Set(['store_unreadable']));
  },
);
