import { expect, test } from 'vitest';
import { invoke } from '../../src/mcp/invoke.ts';
import { noProgress } from '../../src/mcp/progress.ts';
import { asking, CountedDatabase } from '../support/counting/counted-database.ts';
import { TestRooms } from '../support/rooms/test-rooms.ts';
import { LEFT_HALF, withPhoto } from '../catalogue/states/answer-state.ts';

async function counted(prepare: (rooms: TestRooms) => Promise<{ name: string; input: object }>) {
  const stores: CountedDatabase[] = [];
  await using rooms = await TestRooms.open({
    wrapStore: (db) => {
      const store = new CountedDatabase(db);
      stores.push(store);
      return store;
    },
  });
  rooms.adobe.durationMs = 12_000;
  const { name, input } = await prepare(rooms);
  const services = await rooms.services();
  const [store = expect.unreachable()] = stores;
  store.asked.length = 0;
  const serving = {
    ...rooms.serving(),
    services: async () => ({
      ...services,
      jobs: asking('jobs', services.jobs),
      images: asking('images', services.images),
      imageImport: asking('imageImport', services.imageImport),
    }),
  };
  const answer = await rooms.clock.run(
    invoke(serving, { name, input, caller: rooms.caller, signals: [], progress: noProgress }),
  );
  return { answer, asked: store.asked.filter(({ asker }) => asker !== undefined) };
}

test('questions', async () => {
  for (const [name, input] of [
    ['generate_image', async () => ({ prompt: 'a fox' })],
    ['fill_image', async (rooms: TestRooms) => ({ image: await withPhoto(rooms), mask_shapes: [LEFT_HALF] })],
  ] as const) {
    const { answer, asked } = await counted(async (rooms) => ({ name, input: await input(rooms) }));
    console.log(name, answer.isError, answer.text.slice(0, 100));
    for (const { asker, sql } of asked) console.log(asker, '|', sql.slice(0, 230));
  }
});
