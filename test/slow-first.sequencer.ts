import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longest, most of it waiting: begun first, they overlap with all the others. */
const SLOW = [
  'faults/matrix/',
  'jobs/engine/engine.postgres',
  'e2e/calls/answers',
  'e2e/calls/promises',
  'jobs/engine/crashes/crash.postgres',
  'jobs/batches/batches.postgres',
  'faults/',
  'e2e/',
  '.postgres.test',
  'mcp/callers',
  'mcp/stdio/',
  'catalogue/',
  'emulator/operations/',
  'cli/commands/',
  'store/postgres',
  'images/composites/',
  'cli/',
  'jobs/',
  'mcp/',
  'tools/',
];

/**
 * Starts slow files first, so that a run does not end in waiting for the last of them; before them those with a process of
 * their own, since a process that others share ends where such a file follows.
 */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = ({ moduleId, project }: TestSpecification) => {
      const found = SLOW.findIndex((part) => moduleId.includes(part));
      const isShared = project.config.isolate ? 0 : SLOW.length + 1;
      return isShared + (found < 0 ? SLOW.length : found);
    };
    return sorted.toSorted((a, b) => place(a) - place(b));
  }
}
