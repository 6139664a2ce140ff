import { defineConfig } from 'vitest/config';
import { suite } from './vitest.config.ts';

// `npm run test:long`: the tests with the tag `long`, which every `*.long.ts` has: whole matrices, long series of processes, and
// what takes seconds. A step of its own in `.ci/run`.
export default defineConfig({ test: suite(['skipped', 'build', 'postgres'], ['test/**/*.long.ts']) });
