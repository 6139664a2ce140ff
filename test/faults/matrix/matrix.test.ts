import { describe, expect, test } from 'vitest';
import { ANSWER_FAULTS, LINE_FAULTS } from './fault-kinds.ts';
import { testCells } from './matrix-cells.ts';
import { MATRIX } from './matrix.ts';
import { PHASES } from './phases.ts';

const NAMES = Object.keys(MATRIX);

test('the fault matrix has a row for every fault', () => {
  expect(NAMES.toSorted()).toEqual([...Object.keys(ANSWER_FAULTS), ...Object.keys(LINE_FAULTS)].toSorted());
});

// All 330 cells are in matrix.long.ts. Here each fault meets one phase.
describe('the fault matrix', () => {
  testCells((fault, phase) => phase === PHASES[NAMES.indexOf(fault) % PHASES.length]);
});
