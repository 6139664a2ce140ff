import { isRecord } from '../shared/json.ts';

/** A picture block: base64 as MCP wants it. */
export interface PictureBlock {
  readonly data: string;
  readonly mimeType: string;
}

/** A link to one of our resources (MCP `resource_link`). */
export interface LinkBlock {
  readonly uri: string;
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly mimeType?: string | undefined;
  readonly size?: number | undefined;
  /** MCP annotation: links are for the person, not to be read into the model's context. */
  readonly audience: readonly ('user' | 'assistant')[];
}

/**
 * A result before the protocol edge puts it into MCP's shape. Text and `structured` each tell the whole story, since
 * hosts show the model one or the other (DESIGN §2 "Results").
 */
export interface Rendered {
  readonly text: string;
  /** Absent for a tool without an output schema. */
  readonly structured: Record<string, unknown> | undefined;
  readonly pictures: readonly PictureBlock[];
  readonly links: readonly LinkBlock[];
  /** The call did not do what was asked. */
  readonly isError: boolean;
}

/** `value` without the keys whose value is undefined, at every depth, so that it equals what travels as JSON. */
export function withoutUndefined(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(kept.map(([key, item]) => [key, clean(item)]));
}

function clean(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clean);
  return isRecord(value) ? withoutUndefined(value) : value;
}
