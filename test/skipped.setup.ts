import type { RunnerTask, RunnerTestFile } from 'vitest';
import type { TestProject } from 'vitest/node';

/** Says at the end of a run, in one line for each reason, which tests were skipped and how to get them. */
export default function setup(project: TestProject): () => void {
  return () => {
    // Of a run of some names alone, everything else counts as skipped.
    if (project.vitest.config.testNamePattern !== undefined) return;
    const isLeftOut = leftOutBy(project.vitest.config.tagsFilter);
    for (const line of skipLines(project.vitest.state.getFiles(), isLeftOut)) console.error(line);
  };
}

/** Tests that belong to another run: `npm test` and `npm run test:long` share them out by their tag (package.json). */
function leftOutBy(filter: readonly string[] | undefined): (test: RunnerTask) => boolean {
  const isLong = ({ tags }: RunnerTask) => tags?.includes('long') === true;
  if (filter === undefined) return () => false;
  return filter.includes('long') ? (test) => !isLong(test) : isLong;
}

/**
 * One line for each thing that was lacking, and one for each file whose skipped tests name no reason.
 *
 * @param isLeftOut tests that are no part of the run
 */
export function skipLines(
  files: readonly RunnerTestFile[],
  isLeftOut: (test: RunnerTask) => boolean = () => false,
): readonly string[] {
  const sums = new Map<string, { tests: number; files: string[] }>();
  for (const file of files) {
    const tests = skippedIn(file, isLeftOut);
    if (tests === 0) continue;
    const reason =
      (file.meta.lacks && [...new Set(file.meta.lacks)].join('; and ')) ?? `a reason that ${file.name} does not tell`;
    const sum = sums.get(reason) ?? { tests: 0, files: [] };
    sums.set(reason, { tests: sum.tests + tests, files: [...sum.files, file.name] });
  }
  return [...sums].map(
    ([reason, { tests, files: names }]) =>
      `SKIPPED: ${tests} ${tests === 1 ? 'test' : 'tests'} of ${names.length === 1 ? names[0] : `${names.length} files`}, for lack of ${reason}`,
  );
}

function skippedIn(task: RunnerTask, isLeftOut: (test: RunnerTask) => boolean): number {
  if (task.type === 'suite') return task.tasks.reduce((sum, child) => sum + skippedIn(child, isLeftOut), 0);
  if (isLeftOut(task)) return 0;
  return task.mode === 'skip' || task.mode === 'todo' || task.result?.state === 'skip' ? 1 : 0;
}
