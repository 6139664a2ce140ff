import { defineConfig } from 'vitest/config';
import { common } from './vitest.config.ts';

// `npm run test:long`: whole matrices and long series of processes, of which `npm test` runs a part. A step of its own in
// `.ci/run`.
export default defineConfig({
  test: {
    ...common,
    globalSetup: ['skipped', 'build', 'postgres'].map((name) => `test/${name}.setup.ts`),
    include: ['test/**/*.long.ts'],
  },
});
