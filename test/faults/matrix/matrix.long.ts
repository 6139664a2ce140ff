/** @module-tag long */
import { describe } from 'vitest';
import { testCells } from './matrix-cells.ts';

describe('the whole fault matrix', () => testCells(() => true));
