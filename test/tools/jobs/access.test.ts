import { describe, expect, test } from 'vitest';
import { Problem } from '../../../src/shared/errors.ts';
import { TestRooms } from '../../support/rooms/test-rooms.ts';

const overview = async (rooms: TestRooms) => {
  const { text, structured } = await rooms.call('job_status', {});
  return { text, access: structured?.['access'] };
};
const refused = () =>
  new Problem('credentials_refused', 'Adobe refused the client id or the client secret.', { next: 'Check both.' });
const MINUTE = 60_000;

describe('job_status without a job says whether the access works', () => {
  test('by what a token and a free list have said, asked at most every five minutes', async () => {
    await using rooms = await TestRooms.open();
    const { text, access } = await overview(rooms);
    expect(text).toContain('Access: Adobe answers, and the access works (said just now).');
    expect(access).toMatchObject({ service: 'Adobe', works: true });
    expect(rooms.listings).toBe(1);
    await rooms.clock.pass(4 * MINUTE);
    expect((await overview(rooms)).text).toMatch(/works \(said about 4 min/);
    expect(rooms.listings).toBe(1);
    await rooms.clock.pass(2 * MINUTE);
    await overview(rooms);
    expect(rooms.listings).toBe(2);
    expect(rooms.adobe.submits).toEqual([]);
  });

  test('by what any other request has said meanwhile, without a question of its own', async () => {
    await using rooms = await TestRooms.open();
    await rooms.finished({ prompt: 'a fox' });
    expect((await overview(rooms)).access).toMatchObject({ works: true });
    expect(rooms.listings).toBe(0);
  });

  test('with why not and what mends it; a paid call that goes through ends that', async () => {
    await using rooms = await TestRooms.open();
    rooms.adobe.prepareScript.push(refused());
    const { text, access } = await overview(rooms);
    expect(text).toContain('Access: it does not work (said just now). Adobe refused the client id');
    expect(access).toMatchObject({ works: false, code: 'credentials_refused', next: 'Check both.' });
    rooms.adobe.prepareScript.push(refused());
    await rooms.clock.pass(MINUTE);
    expect((await overview(rooms)).access).toMatchObject({ works: false, seconds_ago: 60 });
    rooms.adobe.prepareScript.length = 0;
    await rooms.finished({ prompt: 'a fox' });
    expect((await overview(rooms)).access).toMatchObject({ works: true });
  });

  test('where Adobe refuses this account all paid requests, though it gives a token', async () => {
    await using rooms = await TestRooms.open();
    const problem = {
      code: 'api_key_refused',
      message: 'No API key.',
      actor: 'operator',
      next: 'Add the API.',
    } as const;
    rooms.adobe.script.push({ kind: 'refused', problem });
    await rooms.finished({ prompt: 'a fox' });
    expect((await overview(rooms)).access).toMatchObject({ works: false, code: 'api_key_refused' });
    rooms.adobe.script.push({ kind: 'refused', problem: { ...problem, code: 'content_policy', actor: 'caller' } });
    await rooms.finished({ prompt: 'a knife' });
    expect((await overview(rooms)).access).toMatchObject({ works: true });
  });

  test('without waiting for Adobe, and without asking twice at once', { tags: 'long' }, async () => {
    await using rooms = await TestRooms.open();
    let asked = 0;
    rooms.adobe.prepare = () => {
      asked += 1;
      return new Promise(() => undefined);
    };
    for (const _ of [1, 2]) {
      const { text, access } = await overview(rooms);
      expect(text).toContain('Access: Adobe is being asked; call job_status again in a few seconds.');
      expect(access).toEqual({ service: 'Adobe' });
      await rooms.clock.pass(10 * MINUTE);
    }
    expect(asked).toBe(1);
  });

  test('and credentials that are missing are looked for again each time', async () => {
    await using rooms = await TestRooms.open();
    rooms.adobe.prepareScript.push(new Problem('credentials_missing', 'No credentials.', { next: 'Set them.' }));
    expect((await overview(rooms)).access).toMatchObject({ works: false, code: 'credentials_missing' });
    expect((await overview(rooms)).access).toMatchObject({ works: true });
  });

  test('of the emulator in a demo', async () => {
    await using rooms = await TestRooms.open({ settings: { demo: true } });
    const { text, access } = await overview(rooms);
    expect(text).toContain('Access: The emulator answers, and the access works (said just now).');
    expect(access).toMatchObject({ service: 'emulator', works: true });
  });
});
