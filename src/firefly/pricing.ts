import type { OperationId } from './endpoints/registry.ts';

/**
 * The price of requests. `operations` are Adobe's unit of billing; `requests` are what Adobe's rate limit counts. An
 * operation in this sense is no API operation: ids of those are `OperationId` (docs/glossary.md).
 */
export interface Cost {
  /** Whole; an amount below one counts as one. */
  readonly operations: number;
  readonly requests: number;
  /** Adobe's public list has no price for at least one of the requests. */
  readonly estimate: boolean;
}

/** What a price depends on. */
interface Amount {
  readonly count: number;
  /** Pixels, where they are known beforehand. */
  readonly size?: { readonly width: number; readonly height: number } | undefined;
}

/** What Adobe bills for one API operation. */
interface Price {
  /** Operations that Adobe bills for a request; may be a fraction. */
  readonly operations: (request: Amount) => number;
  /** Not on Adobe's public list, so that the price is assumed. */
  readonly estimate: boolean;
}

const onePerPicture = ({ count }: Amount) => count;

/** Length of Adobe's videos. */
const SECONDS = 5;

/** By lines, which are those of the shorter side; the highest price where they are not known. */
function perSecond({ count, size = { width: Infinity, height: Infinity } }: Amount): number {
  const lines = Math.min(size.width, size.height);
  const rate = lines <= 540 ? 0.4 : lines <= 720 ? 1 : 2;
  return count * SECONDS * rate;
}

/** The price list: every paid API operation, by Adobe's public definition of an operation (docs/quota-and-money.md#operations). */
export const PRICES: Readonly<Record<OperationId, Price>> = {
  generateImagesV3Async: { operations: onePerPicture, estimate: false },
  // Adobe's public list does not name Image 5.
  generateImagesV4Async: { operations: onePerPicture, estimate: true },
  fillImagesV3Async: { operations: onePerPicture, estimate: false },
  expandImagesV3Async: { operations: onePerPicture, estimate: false },
  generateSimilarImagesV3Async: { operations: onePerPicture, estimate: false },
  // Adobe's list names neither edits with Image 5 nor upscaling.
  editImagesV4Async: { operations: onePerPicture, estimate: true },
  preciseUpsamplerV3Async: { operations: onePerPicture, estimate: true },
  generateObjectCompositeV3Async: { operations: onePerPicture, estimate: false },
  // Adobe's list does not name composites into a picture.
  preciseComposite: { operations: onePerPicture, estimate: true },
  adaptiveComposite: { operations: onePerPicture, estimate: true },
  generateVideoV3: { operations: perSecond, estimate: false },
};

/** The price of one request for `count` pictures, or for a video of a size. */
export function costOf({ operation, count, size }: Amount & { readonly operation: OperationId }): Cost {
  const { operations, estimate } = PRICES[operation];
  return { operations: Math.ceil(operations({ count, size })), requests: 1, estimate };
}

/** Whether the price of an API operation is assumed; true for one that a later version may have stored. */
export function isEstimated(operation: string): boolean {
  return new Map<string, Price>(Object.entries(PRICES)).get(operation)?.estimate ?? true;
}

export const NO_COST: Cost = { operations: 0, requests: 0, estimate: false };

/** The sum of costs: an estimate where one of them is. */
export function totalCost(costs: readonly Cost[]): Cost {
  return costs.reduce(
    (sum, cost) => ({
      operations: sum.operations + cost.operations,
      requests: sum.requests + cost.requests,
      estimate: sum.estimate || cost.estimate,
    }),
    NO_COST,
  );
}
