// One mask in a process of its own, for its memory: `subject-once.js <picture> <order as JSON>` prints figures as JSON.
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { readHeader } from '../../src/images/masks/decode.ts';
import type { ImageRecord, Still } from '../../src/images/types.ts';
import { pictureSteps } from '../../src/images/steps/picture-steps.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { subjectWorker } from '../../src/images/subject/worker/subject-worker.ts';
import { composeFor, type MaskArguments } from '../../src/tools/edit/masks/compose-subject.ts';

/** How much later than a timer of 1 ms the event loop may be without having been blocked, milliseconds. */
const RESOLUTION_MS = 1;

/** What is asked for. */
export interface Order {
  readonly wanted: MaskArguments;
  /** File of an earlier mask that is corrected. */
  readonly from?: string;
  /** File that the mask is written to. */
  readonly keep?: string;
}

async function main(picture: string, { wanted, from, keep }: Order): Promise<void> {
  const subjects = subjectWorker({ folder: tmpdir(), logger: silentLogger });
  const read = async ({ id }: Pick<ImageRecord, 'id'>) => new Uint8Array(await readFile(id));
  // A server has decoded the picture when it was given; this loads the decoder library, once in a process's life.
  const { width, height } = await readHeader(await read({ id: picture }));
  let asked = 0;
  const images = { read: read as never, pixels: pictureSteps() };
  const services = { images, subjects };
  // Another content each time, so that it is searched.
  const record = (id: string) =>
    ({ id, width, height, mimeType: 'image/png', sha256: String((asked += 1)) }) as Still<ImageRecord>;
  const make = async (signal = new AbortController().signal) => {
    const begun = from === undefined ? undefined : ({ image: record(from), by: 'luminance' } as const);
    return composeFor(record(picture), { ...wanted, from: begun }, { services, call: { signal } });
  };
  const before = process.memoryUsage.rss();
  let peak = before;
  // What the system counts as the maximum of a process begins with that of its parent.
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 2);
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  await pause(20);
  delay.reset();
  const started = performance.now();
  const { png, fit } = await make();
  const ms = performance.now() - started;
  delay.disable();
  clearInterval(watch);
  const cpu = process.cpuUsage();
  if (keep !== undefined) await writeFile(keep, png);
  const control = new AbortController();
  const unwanted = make(control.signal).catch(() => performance.now());
  await pause(ms / 4);
  const cancelled = performance.now();
  control.abort(new Error('no longer wanted'));
  const cancelMs = Number(await unwanted) - cancelled;
  console.log(
    JSON.stringify({
      ms,
      cpuMs: (cpu.user + cpu.system) / 1000,
      lateMs: delay.max / 1e6 - RESOLUTION_MS,
      cancelMs,
      before,
      peak,
      confidence: fit?.confidence,
    }),
  );
}

const [, program, picture, order] = process.argv;
if (program !== undefined && picture !== undefined && order !== undefined) {
  if (import.meta.url === pathToFileURL(program).href) await main(picture, JSON.parse(order) as Order);
}
