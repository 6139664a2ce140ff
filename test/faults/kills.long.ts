import { vi } from 'vitest';

// Longer than `npm test` takes it; `kills.soak.ts` goes on for as long as one lets it.
vi.stubEnv('KILLS', process.env['KILLS'] ?? '16');
await import('./kills.test.ts');
