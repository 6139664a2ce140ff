import { makeFolder } from '../../shared/files/folders.ts';
import type { Logger } from '../../shared/logger.ts';
import { inTurn, hasMorePixels, type Decoded } from '../decodable.ts';
import { MOST_STEP_PIXELS } from '../limits.ts';
import { eventLoopTurns } from '../masks/pace.ts';
import { someApart, type Carrier } from '../worker/carrier.ts';
import { byteArraysOf } from '../worker/in-files.ts';
import { inProcess } from '../worker/in-process.ts';
import { oneAtATime } from '../worker/one-at-a-time.ts';
import type { OrderOf, ResultOf, StepName, StepRequest } from './steps.ts';

/** Work on the pixels of pictures. */
export interface PictureSteps {
  /**
   * Carries out a step of `STEPS` in the turn of its pictures (`inTurn`): in this process, or where one of them is very large
   * (`hasMorePixels`) in a process that ends with the step, so that no pixel of it is ever held here.
   * @param pictures what the step decodes or makes, as their records say
   * @param order called in its turn, so that steps which wait hold no bytes. Its bytes are handed over: they must not be used
   *   afterwards.
   * @throws what `order` and the step throw; Problem `internal_error` where the process ends early; the reason of the signal as
   *   soon as it aborts
   */
  run<Name extends StepName>(
    step: Name,
    pictures: Decoded | readonly Decoded[],
    order: () => Promise<OrderOf<Name>>,
    signal?: AbortSignal,
  ): Promise<ResultOf<Name>>;
  /** Gives up the step of a process; resolves when nothing of it is left. No order may follow. */
  end(): Promise<void>;
}

interface PictureStepsOptions {
  /** Where private temporary folders may be made; it is made with the first order. */
  readonly folder: string;
  readonly logger: Pick<Logger, 'warn'>;
  /** As that of `inProcess`. */
  readonly program?: string | undefined;
}

/** Steps of this process alone. */
const here: Carrier<StepRequest, unknown> = {
  async carryOut(request, signal) {
    const { carryOutStep } = await import('./steps.ts');
    return carryOutStep(request, eventLoopTurns(signal));
  },
  rest: () => Promise.resolve(),
};

/** Each step in this process, whatever its pixels. */
const allHere: ReturnType<typeof apart> = {
  carryOut: async (request, signal) => here.carryOut(await request(), signal),
  end: async () => {},
};

/** The way to work on pixels. Without options all of it is done in this process, as in a program of one call. */
export function pictureSteps(options?: PictureStepsOptions): PictureSteps {
  const { carryOut, end } = options === undefined ? allHere : apart(options);
  return {
    run: async <Name extends StepName>(
      step: Name,
      pictures: Decoded | readonly Decoded[],
      order: () => Promise<OrderOf<Name>>,
      signal?: AbortSignal,
    ) =>
      inTurn(pictures, async () => {
        signal?.throwIfAborted();
        const request = async () => ({ step, order: await order() });
        const isApart = [pictures].flat().some((picture) => hasMorePixels(picture, MOST_STEP_PIXELS));
        const carry = isApart ? carryOut : allHere.carryOut;
        return (await carry(request, signal)) as ResultOf<Name>;
      }),
    end,
  };
}

/** Steps on very large pictures, in processes, and here only where none can start. */
function apart({ folder, logger, ...options }: PictureStepsOptions) {
  const processes = inProcess<StepRequest, unknown>({
    name: 'picture-worker',
    bytesOf: byteArraysOf,
    folder,
    ...options,
  });
  const carrier = someApart({
    usual: here,
    apart: processes,
    isFor: async () => true,
    onCannotStart: (error) => logger.warn('picture_in_server', { error }),
  });
  const carryOut = oneAtATime(carrier);
  return {
    carryOut: async (request: () => Promise<StepRequest>, signal: AbortSignal | undefined) => {
      // Where it cannot be made, no process can start.
      await makeFolder(folder).catch(() => {});
      return carryOut(request, signal);
    },
    end: () => processes.end(),
  };
}
