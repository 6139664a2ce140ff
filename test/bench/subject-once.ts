// One search in a process of its own, for its memory: `subject-once.js <picture> <search as JSON>` prints figures as JSON.
import { readFile } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { loadSharp } from '../../src/images/sharp.ts';
import type { Search } from '../../src/images/subject/find-subjects.ts';
import { subjectWorker } from '../../src/images/subject/worker/subject-worker.ts';

/** How much later than a timer of 1 ms the event loop may be without having been blocked, milliseconds. */
const RESOLUTION_MS = 1;

async function main(picture: string, search: string): Promise<void> {
  const corrections = { belongs: [], stays: [] };
  const searches = [JSON.parse(search) as Search];
  const worker = subjectWorker();
  const read = async () => new Uint8Array(await readFile(picture));
  let searched = 0;
  // Another content each time, so that it is searched.
  const find = (signal?: AbortSignal) =>
    worker.find({ content: String((searched += 1)), read, searches, corrections }, signal);
  await read();
  // A server has decoded the picture when it was given; the decoder library is loaded once in its life.
  await loadSharp();
  const before = process.memoryUsage.rss();
  let peak = before;
  // What the system counts as the maximum of a process begins with that of its parent.
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 2);
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  await pause(20);
  delay.reset();
  const started = performance.now();
  const [subject] = await find();
  const ms = performance.now() - started;
  delay.disable();
  clearInterval(watch);
  const cpu = process.cpuUsage();
  const control = new AbortController();
  const unwanted = find(control.signal).catch(() => performance.now());
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
      confidence: subject?.fit.confidence,
    }),
  );
}

const [, program, picture, search] = process.argv;
if (program !== undefined && picture !== undefined && search !== undefined) {
  if (import.meta.url === pathToFileURL(program).href) await main(picture, search);
}
