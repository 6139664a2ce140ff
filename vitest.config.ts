import { defineConfig } from 'vitest/config';
import { SlowFirst } from './test/slow-first.sequencer.ts';
import { memoryFolder } from './test/support/memory-folder.ts';

// Inherited by the workers and by the global set-up. A folder that is named already is respected.
const temporary = process.env['TMPDIR'] ?? memoryFolder();
if (temporary !== undefined) process.env['TMPDIR'] = temporary;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/compat/**', 'test/bench/**'],
    // What the first of them says comes last.
    globalSetup: ['skipped', 'build', 'postgres', 'canaries'].map((name) => `test/${name}.setup.ts`),
    // Much of the time is waiting for processes, servers and clocks, so more files run than there are cores.
    maxWorkers: 3,
    reporters: ['default', './test/areas.reporter.ts'],
    sequence: { sequencer: SlowFirst },
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
