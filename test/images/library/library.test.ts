import { describe, expect, test } from 'vitest';
import { createImageLibrary } from '../../../src/images/library/library.ts';
import { parseReference } from '../../../src/images/library/reference.ts';
import { GarbageCollector } from '../../../src/images/blobs/garbage-collector.ts';
import { IN_LINEAGE, type ImageKind } from '../../../src/images/types.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { newId } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { toProblemRecord } from '../../../src/shared/errors.ts';
import { aJob, ANNA, BEN, TestLibrary } from '../../support/rooms/test-library.ts';
import { cpuMs } from '../../support/work.ts';

const problemOf = async (promise: Promise<unknown>) =>
  promise.then(
    () => 'no problem',
    (error: unknown) => toProblemRecord(error),
  );

describe('the records of the library', () => {
  test('are read as they were added, with an id and a time', async () => {
    await using home = await TestLibrary.open();
    const facts = { tool: 'generate_image', prompt: 'a fox', seed: 7, sources: ['img_x'], demo: true };
    const added = await home.add({ facts, index: 2 });
    expect(added.id).toMatch(/^img_[0-9a-z]{26}$/);
    expect(Math.abs(added.createdAt - Date.now())).toBeLessThan(10_000);
    expect(await home.library.get(added.id, ANNA)).toEqual(added);
    expect(await home.library.ofJob(added.job ?? '')).toEqual([added]);
  });

  test('exist once for a job and a place: adding a second one returns the first', async () => {
    await using home = await TestLibrary.open();
    const job = aJob();
    const first = await home.add({ job, facts: { seed: 1 } });
    expect(await home.add({ job, facts: { seed: 2 } })).toEqual(first);
    expect(await home.library.ofJob(job)).toHaveLength(1);
  });

  test('are not stored where the transaction fails', async () => {
    await using home = await TestLibrary.open();
    const seen = await home.add();
    const failing = home.db.transaction(async (tx) => {
      await home.library.add(tx, { ...seen, job: aJob() });
      throw new Error('stop');
    });
    await expect(failing).rejects.toThrow('stop');
    expect(await home.library.list({ limit: 10 }, ANNA)).toHaveLength(1);
  });
});

describe('what Adobe painted for an edit', () => {
  test('is shown in its place only while there is no composite, whatever asks', async () => {
    await using home = await TestLibrary.open();
    const job = aJob();
    const facts = { prompt: 'a lake', sources: ['img_x'] };
    const painted = await home.add({ job, kind: 'painted', facts });
    const { library } = home;
    const seen = async () => [
      (await library.ofJob(job)).map(({ id }) => id),
      (await library.list({ limit: 5, kinds: ['generated'] }, ANNA)).map(({ id }) => id),
      [(await library.resolve('last', ANNA)).id, (await library.resolve(`${job}#1`, ANNA)).id],
    ];
    // As painted it is found behind its composite alone: a deletion of those takes no picture that is the only one.
    const behind = async () => (await library.list({ limit: 5, kinds: ['painted'] }, ANNA)).map(({ id }) => id);
    expect(await behind()).toEqual([]);
    expect(await seen()).toEqual([[painted.id], [painted.id], [painted.id, painted.id]]);
    const made = await home.add({ job, kind: 'generated', facts: { ...facts, painted: painted.id } });
    expect(made.id).not.toBe(painted.id);
    expect(await seen()).toEqual([[made.id], [made.id], [made.id, made.id]]);
    expect(await behind()).toEqual([painted.id]);
    expect(await library.get(painted.id, ANNA)).toEqual(painted);
    const children = await library.list({ limit: 5, madeFrom: 'img_x', kinds: IN_LINEAGE }, ANNA);
    expect(children.map(({ id }) => id)).toEqual([made.id]);
    expect((await library.list({ limit: 5, madeFrom: painted.id }, ANNA)).map(({ id }) => id)).toEqual([made.id]);
  });

  test('is deleted with its composite, and leaves the composite where it is deleted alone', async () => {
    await using home = await TestLibrary.open();
    const collector = new GarbageCollector({ db: home.db, blobs: home.blobs, clock: systemClock });
    const edit = async () => {
      const job = aJob();
      const painted = await home.add({ job, kind: 'painted' });
      return { job, painted, made: await home.add({ job, kind: 'generated' }) };
    };
    const [first, second] = [await edit(), await edit()];
    expect(await collector.remove([first.made.id], true)).toMatchObject({ pictures: 2 });
    expect(await collector.remove([first.made.id])).toMatchObject({ pictures: 2 });
    expect(await home.library.ofJob(first.job)).toEqual([]);
    expect(await collector.remove([second.painted.id])).toMatchObject({ pictures: 1 });
    expect(await home.library.ofJob(second.job)).toEqual([second.made]);
  });
});

describe('a reference', () => {
  test('names a picture in every form', async () => {
    await using home = await TestLibrary.open();
    const job = aJob();
    const one = await home.add({ job, index: 1 });
    const two = await home.add({ job, index: 2 });
    const forms = [two.id, ` ${two.id} `, 'last', 'LAST', `${job}#2`, `firefly://images/${two.id}`];
    for (const form of [...forms, `firefly://images/${two.id}/preview`]) {
      expect((await home.library.resolve(form, ANNA)).id, form).toBe(two.id);
    }
    for (const form of [`${job}#1`, 'last#1', '#1', 'Last#1', '[one](firefly://images/last#1)']) {
      expect((await home.library.resolve(form, ANNA)).id, form).toBe(one.id);
    }
    for (const form of ['latest', 'last picture', 'last_image', '#2', `[it](${two.id})`]) {
      expect((await home.library.resolve(form, ANNA)).id, form).toBe(two.id);
    }
    for (const form of ['last#3', '#0', 'last one but two', '#']) {
      expect(await problemOf(home.library.resolve(form, ANNA)), form).toMatchObject({ code: 'unknown_image' });
    }
    expect(await problemOf(home.library.resolve(job, ANNA))).toMatchObject({
      code: 'ambiguous_image',
      next: expect.stringContaining(`${job}#1 to ${job}#2`) as string,
    });
    const single = await home.add();
    expect((await home.library.resolve(single.job ?? '', ANNA)).id).toBe(single.id);
  });

  test('`last` names the newest generated picture of the conversation, else of the principal', async () => {
    await using home = await TestLibrary.open();
    const mine = await home.add();
    const elsewhere = await home.add({ conversation: 'other' });
    await home.add({ kind: 'mask' });
    await home.add({ kind: 'import' });
    await home.add({ ...BEN });
    expect((await home.library.resolve('last', ANNA)).id).toBe(mine.id);
    expect((await home.library.resolve('last', { ...ANNA, conversation: undefined })).id).toBe(elsewhere.id);
    expect(await problemOf(home.library.resolve('last', { ...ANNA, conversation: 'new' }))).toMatchObject({
      code: 'unknown_image',
      message: expect.stringContaining('in this conversation') as string,
    });
  });

  test('of pictures that are stored within one millisecond the later one is newer, in `last` and in lists', async () => {
    await using home = await TestLibrary.open();
    const { id, createdAt: now, ...image } = await home.add();
    const stored = [id];
    for (let n = 0; n < 8; n += 1) {
      const added = home.db.transaction((tx) => home.library.add({ ...tx, now }, { ...image, job: aJob() }));
      stored.unshift((await added).id);
      expect((await home.library.resolve('last', ANNA)).id).toBe(stored[0]);
    }
    expect((await home.library.list({ limit: 10 }, ANNA)).map((each) => each.id)).toEqual(stored);
    const [first] = stored;
    expect((await home.library.list({ limit: 10, before: first }, ANNA)).map((each) => each.id)).toEqual(
      stored.slice(1),
    );
  });

  test('a picture that is stored after the clock was set back has the time of that clock', async () => {
    await using home = await TestLibrary.open();
    const { id: _, createdAt, ...image } = await home.add();
    const now = createdAt - 3_600_000;
    const added = home.db.transaction((tx) => home.library.add({ ...tx, now }, { ...image, job: aJob() }));
    expect((await added).createdAt).toBe(now);
  });

  test('`last` passes over a picture made from others while its call may be repeated', async () => {
    await using home = await TestLibrary.open();
    const repeatable = new Set<string>();
    const library = createImageLibrary({
      db: home.db,
      blobs: home.blobs,
      random: systemRandom,
      logger: silentLogger,
      mayBeRepeated: (job) => Promise.resolve(repeatable.has(job)),
    });
    const last = async () => (await library.resolve('last', ANNA)).id;
    const first = await home.add();
    // A picture that was made from no other one comes from a call without `last`.
    repeatable.add(first.job ?? '');
    expect(await last()).toBe(first.id);
    const wider = await home.add({ facts: { sources: [first.id] } });
    const [job, facts] = [aJob(), { sources: [wider.id] }];
    const filled = [await home.add({ job, index: 1, facts }), await home.add({ job, index: 2, facts })];
    expect(await last()).toBe(filled[1]?.id);
    repeatable.add(job);
    expect(await last()).toBe(wider.id);
    repeatable.add(wider.job ?? '');
    expect(await last()).toBe(first.id);
    repeatable.clear();
    expect(await last()).toBe(filled[1]?.id);
  });

  test('that is unknown, foreign or malformed answers with equal bytes', async () => {
    await using home = await TestLibrary.open();
    const foreign = await home.add({ ...BEN, job: aJob() });
    const unknown = JSON.stringify(await problemOf(home.library.resolve(newId('img', systemRandom), ANNA)));
    expect(unknown).toContain('"unknown_image"');
    const others = [foreign.id, `firefly://images/${foreign.id}`, `${foreign.job}#1`, foreign.job ?? '', aJob()];
    const malformed = [
      'img_',
      `img_${'l'.repeat(26)}`,
      '../../etc/passwd',
      `${aJob()}#0`,
      `${aJob()}#1e3`,
      '\0',
      'nope',
    ];
    for (const reference of [...others, ...malformed]) {
      expect(JSON.stringify(await problemOf(home.library.resolve(reference, ANNA))), reference).toBe(unknown);
    }
    expect(JSON.stringify(await problemOf(home.library.get(foreign.id, ANNA)))).toBe(unknown);
    expect(JSON.stringify(await problemOf(home.library.list({ limit: 1, before: foreign.id }, ANNA)))).toBe(unknown);
  });

  test('of a million characters is parsed within 200 ms', async () => {
    const references = [`job_${'#'.repeat(1_000_000)}`, 'firefly://images/'.repeat(50_000)];
    expect(await cpuMs(() => expect(references.map(parseReference)).toEqual([undefined, undefined]))).toBeLessThan(200);
  });
});

describe('a listing', () => {
  test('has every picture of the principal once, in pages', async () => {
    await using home = await TestLibrary.open();
    const added: string[] = [];
    for (let i = 0; i < 7; i++) added.push((await home.add()).id);
    const seen: string[] = [];
    for (let before: string | undefined; ;) {
      const page = await home.library.list({ limit: 3, before }, ANNA);
      if (page.length === 0) break;
      seen.push(...page.map(({ id }) => id));
      before = page.at(-1)?.id;
    }
    expect(seen.toSorted()).toEqual(added.toSorted());
    expect(await home.library.list({ limit: 10 }, BEN)).toEqual([]);
  });

  test('finds prompts regardless of case, and takes the search text literally', async () => {
    await using home = await TestLibrary.open();
    const job = aJob();
    const fox = await home.add({ facts: { prompt: 'Ein ÄLTERER Fuchs, 100% rot' } });
    const cat = await home.add({ facts: { prompt: 'a cat_and!a dog' }, kind: 'import', job });
    const find = async (text: string) => (await home.library.list({ limit: 9, text }, ANNA)).map(({ id }) => id);
    expect(await find('älterer')).toEqual([fox.id]);
    expect(await find('100%')).toEqual([fox.id]);
    expect(await find('t_a')).toEqual([cat.id]);
    expect(await find('!')).toEqual([cat.id]);
    expect(await find('%')).toEqual([fox.id]);
    expect(await find("' OR 1=1 --")).toEqual([]);
    expect(await home.library.list({ limit: 9, kinds: ['import'] }, ANNA)).toHaveLength(1);
    expect(await home.library.list({ limit: 9, jobs: [job] }, ANNA)).toHaveLength(1);
  });

  test('by source or mask has the pictures made from it, and only those of the principal', async () => {
    await using home = await TestLibrary.open();
    const source = await home.add({ kind: 'import', job: undefined });
    const mask = await home.add({ kind: 'mask', job: undefined, facts: { sources: [source.id] } });
    const filled = await home.add({ facts: { sources: [source.id, source.id], mask: mask.id } });
    await home.add({ ...BEN, facts: { sources: [source.id] } });
    const from = async (madeFrom: string, kinds?: readonly ImageKind[]) =>
      (await home.library.list({ limit: 9, madeFrom, kinds }, ANNA)).map(({ id }) => id);
    expect((await from(source.id)).toSorted()).toEqual([mask.id, filled.id].toSorted());
    expect(await from(source.id, ['generated'])).toEqual([filled.id]);
    expect(await from(mask.id)).toEqual([filled.id]);
    expect(await from(filled.id)).toEqual([]);
    expect(await home.library.list({ limit: 9, kinds: ['generated', 'mask'] }, ANNA)).toHaveLength(2);
  });

  test('by what it descends from has every later step once, masks of its own only, and nothing by way of a mask', async () => {
    await using home = await TestLibrary.open();
    const source = await home.add({ kind: 'import', job: undefined, facts: { file: 'portrait.png' } });
    const mask = await home.add({ kind: 'mask', job: undefined, facts: { sources: [source.id] } });
    const first = await home.add({ facts: { sources: [source.id], mask: mask.id } });
    const second = await home.add({ facts: { sources: [first.id, source.id] } });
    const laterMask = await home.add({ kind: 'mask', job: undefined, facts: { sources: [second.id] } });
    const third = await home.add({ facts: { sources: [second.id], mask: laterMask.id } });
    const other = await home.add({ kind: 'import', job: undefined });
    const masked = await home.add({ facts: { sources: [other.id], mask: mask.id } });
    await home.add({ ...BEN, facts: { sources: [first.id] } });
    const found = async (query: object) =>
      (await home.library.list({ limit: 9, ...query }, ANNA)).map(({ id }) => id).toSorted();
    const all = [mask.id, first.id, second.id, third.id].toSorted();
    expect(await found({ descendedFrom: source.id })).toEqual(all);
    expect(await found({ descendedFromFile: 'portrait.png' })).toEqual(all);
    expect(await found({ descendedFrom: source.id, kinds: ['mask'] })).toEqual([mask.id]);
    expect(await found({ descendedFrom: second.id })).toEqual([laterMask.id, third.id].toSorted());
    expect(await found({ descendedFrom: mask.id })).toEqual([first.id, second.id, third.id, masked.id].toSorted());
  });
});
