import { vi } from 'vitest';

// Every kill point fifty times.
vi.stubEnv('ROUNDS', process.env['ROUNDS'] ?? '50');
await import('./kill-points.test.ts');
