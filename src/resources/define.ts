import type { LinkBlock } from '../render/rendered.ts';
import type { ToolCall } from '../tools/definition/define.ts';

/** One request for a resource: a tool call without progress. */
export type ResourceCall = Omit<ToolCall, 'progress'>;

/** For hosts and programs, published as `_meta`. */
interface WithMeta {
  readonly meta?: Readonly<Record<string, unknown>> | undefined;
}

/** How long clients may keep the contents of a resource (MCP 2026-07-28, "Caching"). Absent: not at all. */
export interface Cache {
  readonly ttlMs: number;
  /** `public` for what is equal for all callers. */
  readonly cacheScope: 'public' | 'private';
}

/** The contents of one resource. */
export type ResourceContents = WithMeta & { readonly uri: string; readonly mimeType: string } & (
    { readonly text: string } | { readonly blob: string }
  );

/** One entry of `resources/list`, with the fields of a link to it. */
export type ResourceEntry = Omit<LinkBlock, 'audience'> &
  WithMeta & {
    /** For whom the contents are; for both where undefined. */
    readonly audience?: LinkBlock['audience'] | undefined;
    /** From 0, which a host may leave out, to 1, which matters most (MCP specification, `Annotations`). */
    readonly priority?: number | undefined;
    /** Epoch milliseconds. */
    readonly modifiedAt?: number | undefined;
  };

/** A resource with a fixed address. */
export interface FixedResource extends WithMeta {
  readonly kind: 'fixed';
  readonly uri: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly mimeType: string;
  readonly cache?: Cache | undefined;
  readonly priority?: number | undefined;
  read(call: ResourceCall): Promise<readonly ResourceContents[]>;
  /** Changes with the contents, for subscriptions. Absent where they never change. */
  version?(call: ResourceCall): Promise<string>;
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
  readonly cache?: Cache | undefined;
  /** @throws Problem `unknown_image` or `unknown_job`, also for the id of another principal */
  read(id: string, call: ResourceCall): Promise<readonly ResourceContents[]>;
  /** Entries for `resources/list`, newest first. `cursor` is opaque to clients. */
  list?(
    cursor: string | undefined,
    call: ResourceCall,
  ): Promise<{ readonly entries: readonly ResourceEntry[]; readonly nextCursor: string | undefined }>;
  /** Changes with the first page of `list`. Absent where there is no `list`. */
  listVersion?(call: ResourceCall): Promise<string>;
  /**
   * For subscriptions: by id a text that changes with the contents; no entry for an id that is unknown or of another
   * principal. Absent where contents never change.
   */
  versions?(ids: readonly string[], call: ResourceCall): Promise<ReadonlyMap<string, string>>;
  /** Ids that begin with `prefix`, newest first. */
  complete(prefix: string, call: ResourceCall): Promise<readonly string[]>;
}

export type Resource = FixedResource | TemplateResource;
