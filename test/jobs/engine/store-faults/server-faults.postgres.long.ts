/** @module-tag long */
import { vi } from 'vitest';

// A second round meets what the first one left behind.
vi.stubEnv('ROUNDS', process.env['ROUNDS'] ?? '2');
await import('./server-faults.postgres.test.ts');
