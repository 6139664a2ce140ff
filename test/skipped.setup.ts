import type { RunnerTask, RunnerTestFile } from 'vitest';
import type { TestProject } from 'vitest/node';

/** Says at the end of a run, in one line for each reason, which tests were skipped and how to get them. */
export default function setup(project: TestProject): () => void {
  return () => {
    // Of a run of some names alone, everything else counts as skipped.
    if (project.vitest.config.testNamePattern !== undefined) return;
    for (const line of skipLines(project.vitest.state.getFiles())) console.error(line);
  };
}

/** One line for each thing that was lacking, and one for each file whose skipped tests name no reason. */
export function skipLines(files: readonly RunnerTestFile[]): readonly string[] {
  const sums = new Map<string, { tests: number; files: string[] }>();
  for (const file of files) {
    const tests = skippedIn(file);
    if (tests === 0) continue;
    const reason = file.meta.lacks?.join('; and ') ?? `a reason that ${file.name} does not tell`;
    const sum = sums.get(reason) ?? { tests: 0, files: [] };
    sums.set(reason, { tests: sum.tests + tests, files: [...sum.files, file.name] });
  }
  return [...sums].map(
    ([reason, { tests, files: names }]) =>
      `SKIPPED: ${tests} ${tests === 1 ? 'test' : 'tests'} of ${names.length === 1 ? names[0] : `${names.length} files`}, for lack of ${reason}`,
  );
}

function skippedIn(task: RunnerTask): number {
  if (task.type === 'suite') return task.tasks.reduce((sum, child) => sum + skippedIn(child), 0);
  return task.mode === 'skip' || task.mode === 'todo' || task.result?.state === 'skip' ? 1 : 0;
}
