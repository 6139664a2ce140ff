import { setImmediate as turn } from 'node:timers/promises';
import { answerOrders } from '../worker/answer-orders.ts';
import { byteArraysOf } from '../worker/in-files.ts';
import { carryOutStep, type StepRequest } from './steps.ts';

// The entry of the process that carries out one step on very large pictures: a file of its own in the bundle
// (build/bundle.mjs).

answerOrders<StepRequest, unknown>(
  (request, { check }) =>
    carryOutStep(request, async () => {
      check();
      await turn();
    }),
  byteArraysOf,
);
