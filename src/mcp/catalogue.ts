import { describeTools, type ToolDescription } from '../tools/definition/catalogue.ts';

/**
 * The tools as `tools/list` shows them. The build puts the ready-made value in place of this module, so that start-up
 * loads no tool and no schema; a test holds both equal.
 */
export const catalogue: readonly ToolDescription[] = describeTools();
