import { withoutAbsentTools } from '../../render/absent-tools.ts';
import { isRecord } from '../../shared/text/json.ts';
import type { ToolDescription } from '../../tools/definition/catalogue.ts';

/** The tools of one installation. */
export interface Offer {
  /** As `tools/list` shows them: no description advises a tool that is not offered. */
  readonly catalogue: readonly ToolDescription[];
  /** Names of the tools that exist and are not offered. */
  readonly absentTools: readonly string[];
}

/** The tools of `all` that an installation offers, in their order. */
export function offerTools(all: readonly ToolDescription[], isOffered: (tool: ToolDescription) => boolean): Offer {
  const absentTools = all.filter((tool) => !isOffered(tool)).map(({ name }) => name);
  if (absentTools.length === 0) return { catalogue: all, absentTools };
  return { catalogue: all.filter(isOffered).map((tool) => adapted(tool, absentTools)), absentTools };
}

function adapted(tool: ToolDescription, absent: readonly string[]): ToolDescription {
  const { properties } = tool.inputSchema;
  const fields = Object.entries(isRecord(properties) ? properties : {}).map(([name, field]) => [
    name,
    isRecord(field) ? { ...field, ...described(field['description'], absent) } : field,
  ]);
  return {
    ...tool,
    ...described(tool.description, absent),
    inputSchema: { ...tool.inputSchema, properties: Object.fromEntries(fields) },
  };
}

/** Where nothing would be left, the names are values of the argument and stay. */
function described(text: unknown, absent: readonly string[]): { description?: string } {
  return typeof text === 'string' ? { description: withoutAbsentTools(text, absent) || text } : {};
}
