import { TestRunner } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** What skipped tests of a file would need, and how to get it. */
    lacks?: string[];
  }
}

/** Notes what skipped tests of the file that is being loaded would need; the end of the run says it in one line. */
export function lacks(what: string): void {
  const { file } = TestRunner.getCurrentSuite();
  if (file) (file.meta.lacks ??= []).push(what);
}
