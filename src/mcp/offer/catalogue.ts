import { describeTools, type ToolDescription, toolsetsByName } from '../../tools/definition/catalogue.ts';
import type { Toolset } from '../../shared/toolsets.ts';

// The build replaces this module by its values (build/bundle.mjs), so that start-up loads no tool and no schema;
// test/mcp/offer/catalogue.test.ts compares the two.

/** The tools as `tools/list` shows them where all are offered. */
export const catalogue: readonly ToolDescription[] = describeTools();

/** The set of each tool, by its name. */
export const toolsets: Readonly<Record<string, Toolset>> = toolsetsByName();
