import { defineConfig } from 'vitest/config';
import { memoryFolder } from './test/support/memory-folder.ts';

const temporary = process.env['TMPDIR'] ?? memoryFolder();
if (temporary !== undefined) process.env['TMPDIR'] = temporary;

// `npm run test:browser`: the studio in a real browser, in the official bridge of MCP Apps and at /studio.
export default defineConfig({
  test: {
    setupFiles: ['test/each-file.setup.ts'],
    globalSetup: ['skipped', 'build'].map((name) => `test/${name}.setup.ts`),
    include: ['test/browser/**/*.browser.ts'],
    // A browser has processes of its own: one file at a time keeps two cores busy.
    fileParallelism: false,
    // So that all files take one browser, and load the program's modules once.
    isolate: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Of a condition that a test waits for, as everywhere far longer than it takes.
    expect: { poll: { timeout: 60_000 } },
  },
});
