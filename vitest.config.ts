import { defineConfig } from 'vitest/config';
import { SlowFirst } from './test/slow-first.sequencer.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/compat/**', 'test/bench/**'],
    // What the first of them says comes last.
    globalSetup: ['skipped', 'build', 'postgres', 'canaries'].map((name) => `test/${name}.setup.ts`),
    // Much of the time is waiting for processes, servers and clocks, so more files run than there are cores.
    maxWorkers: 3,
    sequence: { sequencer: SlowFirst },
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
