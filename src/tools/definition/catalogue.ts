import type { Toolset } from '../../shared/toolsets.ts';
import type { Intent, Tool } from './define.ts';
import { tools } from '../registry.ts';
import { type ObjectSchema, publishedInput, publishedOutline } from './published-schema.ts';

/** MCP tool annotations, with every hint set. */
interface Annotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

/** One tool as `tools/list` shows it. */
export interface ToolDescription {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: ObjectSchema;
  readonly outputSchema?: ObjectSchema;
  readonly annotations: Annotations;
  readonly _meta?: Readonly<Record<string, unknown>>;
}

/** The catalogue in the order of the registry, as plain JSON. Every call gives equal content. */
export function describeTools(): readonly ToolDescription[] {
  return tools.map(describeTool);
}

/** The set of each tool, by its name. */
export function toolsetsByName(): Readonly<Record<string, Toolset>> {
  return Object.fromEntries(tools.map(({ name, toolset }) => [name, toolset]));
}

function describeTool(tool: Tool): ToolDescription {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: publishedInput(tool.input),
    ...(tool.output === undefined ? {} : { outputSchema: publishedOutline(tool.outline) }),
    annotations: annotationsOf(tool),
    ...(tool.meta === undefined ? {} : { _meta: tool.meta }),
  };
}

/** MCP's hints for an intent. */
function annotationsOf({ intent, idempotent, openWorld }: Tool): Annotations {
  const hints: Record<Intent, { readOnlyHint: boolean; destructiveHint: boolean }> = {
    read: { readOnlyHint: true, destructiveHint: false },
    create: { readOnlyHint: false, destructiveHint: false },
    write: { readOnlyHint: false, destructiveHint: false },
    end: { readOnlyHint: false, destructiveHint: true },
  };
  return { ...hints[intent], idempotentHint: idempotent, openWorldHint: openWorld };
}
