import { defineConfig } from 'vitest/config';
import { SlowFirst } from './test/slow-first.sequencer.ts';
import { memoryFolder } from './test/support/memory-folder.ts';

// Inherited by the workers and by the global set-up. A folder that is named already is respected.
const temporary = process.env['TMPDIR'] ?? memoryFolder();
if (temporary !== undefined) process.env['TMPDIR'] = temporary;

const TESTS = 'test/**/*.test.ts';
/** Tests that change their process or load other test files, and the longest one. */
const ALONE = ['test/**/*.postgres.test.ts', 'test/faults/matrix/matrix.test.ts', 'test/firefly/submit-wire.test.ts'];

const common = {
  setupFiles: ['test/each-file.setup.ts'],
  // Much of the time is waiting for processes, servers and clocks: with five files at a time, two cores have work.
  maxWorkers: 5,
  // Ten times as long as any test takes alone, for machines that are busy with other work.
  testTimeout: 180_000,
  hookTimeout: 180_000,
  // Of a condition that a test waits for, as everywhere far longer than it takes.
  expect: { poll: { timeout: 60_000 } },
};

/**
 * A run of test files in shared processes, and of some in processes of their own.
 *
 * @param setups names of the global set-ups; what the first of them says comes last
 * @param further files beside those of `npm test`, each with a process of its own
 */
export const suite = (setups: readonly string[], further: readonly string[] = []) => ({
  globalSetup: setups.map((name) => `test/${name}.setup.ts`),
  sequence: { sequencer: SlowFirst },
  tags: [{ name: 'long', description: 'Takes seconds: of npm run test:long, not of npm test (docs/testing.md).' }],
  projects: [
    // Loading the program's modules anew for each test file would take longer than most of them.
    {
      test: {
        ...common,
        name: 'shared process',
        include: [TESTS],
        exclude: [...ALONE, '**/node_modules/**'],
        isolate: false,
      },
    },
    { test: { ...common, name: 'own process', include: [...ALONE, ...further] } },
  ],
});

export default defineConfig({
  test: {
    ...suite(['skipped', 'build', 'postgres', 'canaries']),
    reporters: ['default', './test/areas.reporter.ts'],
  },
});
