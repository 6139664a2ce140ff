import type { LinkBlock } from '../render/rendered.ts';
import type { ToolCall } from '../tools/definition/define.ts';

/** One request for a resource: a tool call without progress. */
export type ResourceCall = Omit<ToolCall, 'progress'>;

/** For hosts and programs, published as `_meta`. */
interface WithMeta {
  readonly meta?: Readonly<Record<string, unknown>> | undefined;
}

/** The contents of one resource. */
export type ResourceContents = WithMeta & { readonly uri: string; readonly mimeType: string } & (
    { readonly text: string } | { readonly blob: string }
  );

/** One entry of `resources/list`, with the fields of a link to it. */
export type ResourceEntry = Omit<LinkBlock, 'audience'> & WithMeta;

/** A resource with a fixed address. */
export interface FixedResource extends WithMeta {
  readonly kind: 'fixed';
  readonly uri: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly mimeType: string;
  read(call: ResourceCall): Promise<readonly ResourceContents[]>;
}

/** A family of resources: `uriTemplate` has one simple variable, `{id}`. */
export interface TemplateResource extends WithMeta {
  readonly kind: 'template';
  readonly uriTemplate: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Only where all members have it (MCP specification, `ResourceTemplate`). */
  readonly mimeType?: string | undefined;
  /** @throws Problem `unknown_image` or `unknown_job`, also for the id of another principal */
  read(id: string, call: ResourceCall): Promise<readonly ResourceContents[]>;
  /** Entries for `resources/list`, newest first. `cursor` is opaque to clients. */
  list?(
    cursor: string | undefined,
    call: ResourceCall,
  ): Promise<{ readonly entries: readonly ResourceEntry[]; readonly nextCursor: string | undefined }>;
  /** Ids that begin with `prefix`, at most 100. */
  complete(prefix: string, call: ResourceCall): Promise<readonly string[]>;
}

export type Resource = FixedResource | TemplateResource;
