import { rmSync } from 'node:fs';
import type { Answer } from './messages.ts';

/** Signals of a terminal or a service manager that reach every process. The parent decides what becomes of an order. */
const FOR_THE_PARENT = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What the one order of a process is carried out with. */
export interface Surroundings {
  /** The private folder of the order: its files, those of the result, and what the work has in files meanwhile. */
  readonly own: string;
  /** Called between steps. */
  readonly check: () => void;
}

/**
 * Answers the one order of this process, which its parent then ends (`inProcess`). Where the parent is gone, this process
 * removes the private folder of the order and ends at once: the event loop hears of that, and work that holds the loop
 * sees another parent.
 * @param answerTo carries out the order, whose byte arrays are in files (`toFiles`), and so are those of its answer
 */
export function answerParent(answerTo: (order: unknown, surroundings: Surroundings) => Promise<Answer<unknown>>): void {
  const parent = process.ppid;
  const [, , own] = process.argv;
  if (own === undefined) throw new Error('a process of one order is given its folder');
  const end = () => {
    try {
      rmSync(own, { recursive: true, force: true });
    } finally {
      // An ordinary exit would wait for the threads of a decoder.
      process.kill(process.pid, 'SIGKILL');
    }
  };
  const check = () => {
    if (process.ppid !== parent) end();
  };
  const tell = (message: unknown) => {
    process.send?.(message, undefined, undefined, (error) => {
      if (error !== null) end();
    });
  };
  for (const signal of FOR_THE_PARENT) process.on(signal, () => {});
  process.on('disconnect', end);
  process.once('message', (order: unknown) => {
    void answerTo(order, { own, check }).then(tell);
  });
  tell('ready');
}
