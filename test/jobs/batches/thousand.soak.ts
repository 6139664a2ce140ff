import { describe, vi } from 'vitest';

/** A batch of four hours. */
vi.stubEnv('ITEMS', process.env['ITEMS'] ?? '1000');

describe('a long batch', async () => void (await import('./thousand.test.ts')));
