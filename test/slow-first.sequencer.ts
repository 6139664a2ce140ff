import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longest, most of it waiting: begun first, they overlap with all the others. */
const SLOW = [
  'faults/matrix',
  'cli/demo',
  'jobs/engine/engine.postgres',
  'jobs/batches/batches.postgres',
  'jobs/engine/crash.postgres',
  'store/postgres.faults',
  'faults/',
  'e2e/',
  'jobs/',
  'cli/',
];

/** Starts slow files first, so that a run does not end in waiting for the last of them. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = ({ moduleId }: TestSpecification) => {
      const found = SLOW.findIndex((part) => moduleId.includes(`/test/${part}`));
      return found < 0 ? SLOW.length : found;
    };
    return sorted.toSorted((a, b) => place(a) - place(b));
  }
}
