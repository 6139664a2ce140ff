import fc from 'fast-check';
import { afterAll, vi } from 'vitest';

/** The properties of masks, each with many more values than `npm test` has. `RUNS` bounds them (1000). */
vi.setConfig({ testTimeout: 300_000 });
fc.configureGlobal({ numRuns: Number(process.env['RUNS'] ?? 1_000) });
afterAll(() => fc.resetConfigureGlobal());
await import('./properties.test.ts');
