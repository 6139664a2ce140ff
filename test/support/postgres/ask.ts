import { z } from 'zod';

const Answer = z.union([z.object({ url: z.string() }), z.object({ missing: z.string() })]);

/** What the set-up of the run answers at its door: the address of its server, or why there is none. */
export async function askForPostgres(door: string): Promise<z.infer<typeof Answer>> {
  const answer = await fetch(door);
  return Answer.parse(await answer.json());
}
