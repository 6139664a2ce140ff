import { readFile } from 'node:fs/promises';
import { answerOrders } from '../../worker/answer-orders.ts';
import { findSubjects, type SubjectOrder } from '../find-subjects.ts';
import { readModel, type Model } from '../net/read-model.ts';
import type { Subject } from '../types.ts';

// The entry of the worker that finds subjects: a file of its own in the bundle, with the net's weights beside it
// (build/bundle.mjs).

let model: Promise<Model> | undefined;

/** The net that knows people, read once. */
function loadModel(): Promise<Model> {
  model ??= readFile(new URL('./selfie-segmentation.tflite', import.meta.url)).then(readModel);
  return model;
}

answerOrders<SubjectOrder, readonly Subject[]>(
  async (order, { check }) => findSubjects(order, await loadModel(), check),
  (subjects) => subjects.map(({ alpha }) => alpha.data),
);
