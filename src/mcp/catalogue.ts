import { describeTools, type ToolDescription } from '../tools/definition/catalogue.ts';

/**
 * The tools as `tools/list` shows them. The build replaces this module by its value (build/bundle.mjs), so that start-up
 * loads no tool and no schema; test/mcp/catalogue.test.ts compares the two.
 */
export const catalogue: readonly ToolDescription[] = describeTools();
