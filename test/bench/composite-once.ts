// One composite in a process of its own, for its memory: `composite-once.js <folder>` prints figures as JSON.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CompositeOrder } from '../../src/images/composites/composite.ts';
import { compositeWorker } from '../../src/images/composites/worker/composite-worker.ts';
import { silentLogger } from '../../src/shared/logger.ts';

/** The order in a folder: its plan as JSON, its pictures as files. */
export async function readOrder(folder: string): Promise<CompositeOrder> {
  const read = (name: string) => readFile(path.join(folder, name));
  const { kind, plan, mimeType } = JSON.parse(await readFile(path.join(folder, 'order.json'), 'utf8'));
  const source = { bytes: await read('source'), mimeType };
  const answer = await read('answer');
  return kind === 'fill' ? { kind, source, answer, plan, mask: await read('mask') } : { kind, source, answer, plan };
}

async function main(folder: string): Promise<void> {
  const order = await readOrder(folder);
  const before = process.memoryUsage.rss();
  const started = performance.now();
  let peak = before;
  // What the system counts as the maximum of a process begins with that of its parent.
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 2);
  await compositeWorker({ folder, logger: silentLogger }).make(order);
  const ms = performance.now() - started;
  clearInterval(watch);
  console.log(JSON.stringify({ ms, before, peak }));
}

const [, program, folder] = process.argv;
if (program !== undefined && folder !== undefined && import.meta.url === pathToFileURL(program).href)
  await main(folder);
