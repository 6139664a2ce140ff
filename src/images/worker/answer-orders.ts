import { parentPort } from 'node:worker_threads';
import { Problem, toProblemRecord } from '../../shared/errors.ts';
import { wholeBuffers, type Answer, type Request } from './messages.ts';

/** Thrown between two steps of work that is no longer wanted. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}

/**
 * Answers the orders of this worker thread.
 * @param work carries an order out; `check` throws where its result is no longer wanted
 * @param bytesOf the byte arrays of a result, which are handed over
 */
export function answerOrders<Order, Result>(
  work: (order: Order, check: () => void) => Promise<Result>,
  bytesOf: (result: Result) => readonly Uint8Array[],
): void {
  parentPort?.on('message', (request: Request<Order>) => {
    void answerTo(request, work).then((answer) => {
      parentPort?.postMessage(answer, 'result' in answer ? wholeBuffers(bytesOf(answer.result)) : []);
    });
  });
}

async function answerTo<Order, Result>(
  { order, stopped }: Request<Order>,
  work: (order: Order, check: () => void) => Promise<Result>,
): Promise<Answer<Result>> {
  const flag = new Int32Array(stopped);
  const check = () => {
    if (Atomics.load(flag, 0) !== 0) throw new Stopped();
  };
  try {
    check();
    return { result: await work(order, check) };
  } catch (error) {
    if (error instanceof Stopped) return { stopped: true };
    if (error instanceof Problem) return { problem: toProblemRecord(error) };
    return { defect: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
