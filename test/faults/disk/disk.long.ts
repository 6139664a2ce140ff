/** @module-tag long */
import { describe } from 'vitest';
import { canTrace } from '../../support/program/strace.ts';
import { DISK_FAULTS, testDiskFaults } from './disk-faults.ts';

const works = canTrace();

describe.skipIf(!works)('a program whose disk fails', { timeout: 180_000 }, () => testDiskFaults(DISK_FAULTS));
