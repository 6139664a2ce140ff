import { parentPort } from 'node:worker_threads';
import { Problem, toProblemRecord } from '../../shared/errors.ts';
import { fileProblem } from '../problems.ts';
import { answerParent } from './answer-parent.ts';
import { fromFiles, toFiles } from './in-files.ts';
import { wholeBuffers, type Answer, type Request } from './messages.ts';

/** Thrown between two steps of work that is no longer wanted. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** What the work on an order is given besides it. */
interface Conditions {
  /** Called between steps; throws where the result is no longer wanted. */
  readonly check: () => void;
  /** A private folder that is gone after the order: in a process of its own only. */
  readonly own?: string;
}

/**
 * Answers the orders of this thread, or the one order of this process.
 * @param work carries an order out
 * @param bytesOf the byte arrays of a result, which are handed over
 */
export function answerOrders<Order, Result>(
  work: (order: Order, conditions: Conditions) => Promise<Result>,
  bytesOf: (result: Result) => readonly Uint8Array[],
): void {
  const port = parentPort;
  if (port === null) {
    return answerParent((order, { own, check }) =>
      answerOf(async () => {
        const result = await work(await onDisk(fromFiles<Order>(order, own)), { check, own });
        return onDisk(toFiles(result, bytesOf(result), { folder: own, prefix: 'result' }));
      }),
    );
  }
  port.on('message', ({ order, stopped }: Request<Order>) => {
    const flag = new Int32Array(stopped);
    const check = () => {
      if (Atomics.load(flag, 0) !== 0) throw new Stopped();
    };
    const answered = answerOf(async () => {
      check();
      return work(order, { check });
    });
    void answered.then((answer) => {
      port.postMessage(answer, 'result' in answer ? wholeBuffers(bytesOf(answer.result)) : []);
    });
  });
}

async function answerOf<Result>(work: () => Promise<Result>): Promise<Answer<Result>> {
  try {
    return { result: await work() };
  } catch (error) {
    if (error instanceof Stopped) return { stopped: true };
    if (error instanceof Problem) return { problem: toProblemRecord(error) };
    return { defect: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** @throws Problem in place of an error of the disk */
function onDisk<T>(step: Promise<T>): Promise<T> {
  return step.catch((error: unknown) => {
    throw fileProblem(error, 'the pictures folder');
  });
}
