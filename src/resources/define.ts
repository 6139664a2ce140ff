import type { LinkBlock } from '../render/rendered.ts';
import type { ToolCall } from '../tools/definition/define.ts';

/** What reading needs; the same rooms as a tool call, without progress. */
export type ResourceCall = Omit<ToolCall, 'progress'>;

/** The contents of one resource. */
export type ResourceContents =
  | { readonly uri: string; readonly mimeType: string; readonly text: string }
  | { readonly uri: string; readonly mimeType: string; readonly blob: string };

/** One entry of a resource listing: what a link to it says, too. */
export type ResourceEntry = Omit<LinkBlock, 'audience'>;

/** A resource with a fixed address. */
export interface FixedResource {
  readonly kind: 'fixed';
  readonly uri: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly mimeType: string;
  read(call: ResourceCall): Promise<readonly ResourceContents[]>;
}

/** A family of resources: `uriTemplate` has one simple variable, `{id}`. */
export interface TemplateResource {
  readonly kind: 'template';
  readonly uriTemplate: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly mimeType: string;
  /** @throws Problem `unknown_image`, `unknown_job` for an id that is not this caller's */
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
