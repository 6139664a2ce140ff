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

/** What Adobe bills for one API operation. */
interface Price {
  /** Operations that Adobe bills for a request; may be a fraction. */
  readonly operations: (request: { readonly count: number }) => number;
  /** Not on Adobe's public list, so that the price is assumed. */
  readonly estimate: boolean;
}

const onePerPicture = ({ count }: { readonly count: number }) => count;

/** The price list: every paid API operation, by Adobe's public definition of an operation (docs/quota-and-money.md#operations). */
export const PRICES: Readonly<Record<OperationId, Price>> = {
  generateImagesV3Async: { operations: onePerPicture, estimate: false },
  // Image 5 is missing in the public list.
  generateImagesV4Async: { operations: onePerPicture, estimate: true },
  fillImagesV3Async: { operations: onePerPicture, estimate: false },
  expandImagesV3Async: { operations: onePerPicture, estimate: false },
  generateSimilarImagesV3Async: { operations: onePerPicture, estimate: false },
  // So are edits with Image 5, and upscaling.
  editImagesV4Async: { operations: onePerPicture, estimate: true },
  preciseUpsamplerV3Async: { operations: onePerPicture, estimate: true },
};

/** The price of one request for `count` pictures. */
export function costOf({ operation, count }: { readonly operation: OperationId; readonly count: number }): Cost {
  const { operations, estimate } = PRICES[operation];
  return { operations: Math.ceil(operations({ count })), requests: 1, estimate };
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
