import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../../shared/time/clock.ts';
import { atMost } from '../../../shared/time/deadline.ts';

/** Times for what still comes, in all and between two pieces, milliseconds. */
const MOST_MS = 60_000;
const MOST_SILENCE_MS = 5_000;

/**
 * Takes what still comes of a body that is refused, and drops it: a sender that is cut off while it sends may never read the
 * answer, and tells its person of a broken line in place of the reason. Never rejects.
 * @param mostBytes bytes after which the sender is cut off in spite of that
 */
export async function dropRest(request: IncomingMessage, mostBytes: number, clock: Clock): Promise<void> {
  // The end of a loop over the request would end its connection.
  const pieces: AsyncIterator<Uint8Array> = request[Symbol.asyncIterator]();
  const rest = async () => {
    for (let bytes = 0; bytes <= mostBytes;) {
      const next = await atMost(MOST_SILENCE_MS, pieces.next(), clock);
      if (next === undefined || next.done) return;
      bytes += next.value.length;
    }
  };
  await atMost(MOST_MS, rest(), clock).catch(() => undefined);
}
