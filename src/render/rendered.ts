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
