import { isRecord } from '../shared/text/json.ts';
import { onOneLine } from '../shared/text/text.ts';

/** An image content block of MCP; `data` is base64. */
export interface PictureBlock {
  readonly data: string;
  readonly mimeType: string;
}

/** A link to a resource of this server (MCP `resource_link`). */
export interface LinkBlock {
  readonly uri: string;
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly mimeType?: string | undefined;
  readonly size?: number | undefined;
  /** MCP annotation: a link for the user alone is not read into the model's context. */
  readonly audience: readonly ('user' | 'assistant')[];
}

/**
 * A result before the protocol edge puts it into MCP's shape (`src/mcp/calls/result.ts`). `text` and `structured` are complete
 * each, since hosts show the model one or the other (docs/hosts.md#tool-results).
 */
export interface Rendered {
  readonly text: string;
  /** Absent for a tool without an output schema. */
  readonly structured: Record<string, unknown> | undefined;
  readonly pictures: readonly PictureBlock[];
  readonly links: readonly LinkBlock[];
  /** The call did not achieve its purpose. */
  readonly isError: boolean;
  /** For hosts and programs, never for the model: `_meta` of the result. */
  readonly meta?: Readonly<Record<string, unknown>> | undefined;
}

/** `value` without undefined properties at every depth, so that it equals its JSON form. */
export function withoutUndefined(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(kept.map(([key, item]) => [key, clean(item)]));
}

function clean(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clean);
  return isRecord(value) ? withoutUndefined(value) : value;
}

/** The lines of a text; each stays one line, so that no name or path begins a line of its own. */
export function textOf(lines: readonly (string | undefined)[]): string {
  return lines
    .filter((line) => line !== undefined)
    .map(onOneLine)
    .join('\n');
}
