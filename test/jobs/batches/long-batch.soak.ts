import { describe, vi } from 'vitest';

/** The batch of `long-batch.long.ts` with 1000 items, which are four hours of quota. */
vi.stubEnv('ITEMS', process.env['ITEMS'] ?? '1000');

describe('a long batch', async () => void (await import('./long-batch.long.ts')));
