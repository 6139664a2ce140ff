import { reclaimLarge } from '../../reclaim.ts';
import { answerOrders } from '../../worker/answer-orders.ts';
import { freeBytes } from '../../worker/free-bytes.ts';
import type { Composite } from '../composite.ts';
import { makeComposite } from '../make-composite.ts';
import type { CompositeRequest } from './composite-worker.ts';

// The entry of the worker that makes composites, as a thread and as a process: a file of its own in the bundle
// (build/bundle.mjs).

answerOrders<CompositeRequest, Composite>(
  ({ order, folder }, { check, own }) =>
    makeComposite(order, { folder: own ?? folder, check, free: freeBytes, reclaim: reclaimLarge }),
  ({ bytes }) => [bytes],
);
