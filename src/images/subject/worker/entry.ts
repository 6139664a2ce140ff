import { readFile } from 'node:fs/promises';
import { packMask } from '../../masks/packed.ts';
import { answerOrders } from '../../worker/answer-orders.ts';
import { byteArraysOf } from '../../worker/in-files.ts';
import { findSubjects, type SubjectOrder } from '../find-subjects.ts';
import { readModel, type Model } from '../net/read-model.ts';
import type { PackedSubject, Subject } from '../types.ts';

// The entry of the worker that finds subjects, as a thread and as a process: a file of its own in the bundle, with the net's weights beside it
// (build/bundle.mjs).

let model: Promise<Model> | undefined;

/** The net that knows people, read once. */
function loadModel(): Promise<Model> {
  model ??= readFile(new URL('./selfie-segmentation.tflite', import.meta.url)).then(readModel);
  return model;
}

const packed = async (subject: Subject): Promise<PackedSubject> => ({
  ...subject,
  alpha: await packMask(subject.alpha),
});

answerOrders<SubjectOrder, readonly PackedSubject[]>(
  async (order, { check }) => Promise.all((await findSubjects(order, await loadModel(), check)).map(packed)),
  byteArraysOf,
);
