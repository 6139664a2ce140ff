/** @module-tag long */
import { vi } from 'vitest';

vi.stubEnv('ALL_STREAMS', 'true');
await import('./decoration.test.ts');
