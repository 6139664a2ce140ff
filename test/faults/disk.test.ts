import { describe } from 'vitest';
import { canTrace } from '../support/strace.ts';
import { DISK_FAULTS, testDiskFaults } from './disk-faults.ts';

// The one that happens: a full disk. All faults are in disk.long.ts.
const works = canTrace();

describe.skipIf(!works)('a program whose disk fails', { timeout: 180_000 }, () =>
  testDiskFaults(DISK_FAULTS.slice(0, 1)),
);
