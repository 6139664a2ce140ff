import type { Resource, ResourceCall, TemplateResource } from '../../resources/define.ts';
import type { Caller } from '../../shared/caller.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Services } from '../../tools/definition/define.ts';
import { idIn } from '../resources/uris.ts';

/** A change that a client is told of. */
export type Change = { readonly kind: 'list' } | { readonly kind: 'contents'; readonly uri: string };

/** A connection whose client wants to hear of changes. */
export interface Follower {
  readonly caller: Caller;
  /** The resources whose contents it follows; may change while it follows. */
  readonly uris: ReadonlySet<string>;
  /** Whether it follows the list of resources. */
  readonly followsList: boolean;
  /** Never throws. */
  readonly onChange: (change: Change) => void;
}

/** The part of the serving options that this needs. */
interface Options extends Pick<ResourceCall, 'clock' | 'random' | 'settings'> {
  readonly loadResources?: (() => Promise<readonly Resource[]>) | undefined;
  readonly openServices?: (() => Promise<Services> | undefined) | undefined;
  readonly logger: Logger;
}

/** Pause between two polls. */
const POLL_MS = 1_000;
/** Key of the list among the URIs. */
const LIST = '';

/**
 * Polls for changes of resources on behalf of all followers of one server, as long as there are any: at most once a second,
 * where the store has changed at all, once for each principal. A resource that a principal may not see never changes for
 * it, as one that does not exist. The store is not opened for this: until something else has opened it, nothing changes.
 */
export class ResourceChanges {
  readonly #options: Options;
  readonly #followers = new Set<Follower>();
  /** Followers whose present state is being read. */
  readonly #joining = new Set<Follower>();
  /** By principal, by URI, what was last seen. */
  readonly #seen = new Map<string, Map<string, string>>();
  #storeVersion: number | undefined;
  #polling: Promise<void> = Promise.resolve();
  #stop: AbortController | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Number of followers. */
  get size(): number {
    return this.#followers.size;
  }

  /** Follows until the result is disposed of. Resolves once the present state is known: changes count from then on. */
  async follow(follower: Follower): Promise<Disposable> {
    this.#joining.add(follower);
    if (this.#stop === undefined) this.#begin();
    await this.noteAll(follower);
    return { [Symbol.dispose]: () => this.#leave(follower) };
  }

  /** Resolves once the present state of all that the follower follows is known. Never rejects. */
  noteAll(follower: Follower): Promise<void> {
    return this.#queue(async () => {
      try {
        await this.#pollFor([follower], 'note');
      } finally {
        // No poll comes between: it would tell of what was there before, or miss what came after.
        if (this.#joining.delete(follower)) this.#followers.add(follower);
      }
    });
  }

  #leave(follower: Follower): void {
    this.#followers.delete(follower);
    const { principal } = follower.caller;
    const left = [...this.#followers, ...this.#joining];
    if (!left.some(({ caller }) => caller.principal === principal)) this.#seen.delete(principal);
    if (left.length > 0) return;
    this.#stop?.abort();
    this.#stop = undefined;
  }

  #begin(): void {
    const { clock } = this.#options;
    const stop = new AbortController();
    this.#stop = stop;
    const loop = async () => {
      while (!stop.signal.aborted) {
        await clock.sleep(POLL_MS, stop.signal);
        await this.#queue(() => this.#poll());
      }
    };
    // Rejects when the last follower has left.
    loop().catch(() => undefined);
  }

  /** One poll at a time. Failures of the store pass: the next poll finds what has changed meanwhile. */
  #queue(poll: () => Promise<void>): Promise<void> {
    this.#polling = this.#polling
      .then(poll)
      .catch((error: unknown) => this.#options.logger.debug('changes_not_seen', { error }));
    return this.#polling;
  }

  async #poll(): Promise<void> {
    const services = await this.#options.openServices?.();
    if (services === undefined) return;
    const version = await services.jobs.probe();
    if (version !== undefined && version === this.#storeVersion) return;
    this.#storeVersion = version;
    for (const group of byPrincipal(this.#followers).values()) await this.#pollFor(group, 'tell');
  }

  /** Compares what followers of one principal follow with what was seen last; `note` sends no notification. */
  async #pollFor(group: readonly Follower[], mode: 'note' | 'tell'): Promise<void> {
    // Tokens of one principal may have different scopes.
    const followers = group.filter(({ caller }) => caller.can.scopes.has('read'));
    const [first] = followers;
    const services = await this.#options.openServices?.();
    if (first === undefined || services === undefined) return;
    const { principal } = first.caller;
    const seen = this.#seen.get(principal) ?? new Map<string, string>();
    this.#seen.set(principal, seen);
    const uris = new Set(followers.flatMap(({ uris }) => [...uris]));
    const { clock, random, settings, loadResources } = this.#options;
    const call: ResourceCall = {
      caller: first.caller,
      signal: this.#stop?.signal ?? AbortSignal.abort(),
      settings,
      clock,
      random,
      services: async () => services,
    };
    const versions = await versionsOf((await loadResources?.()) ?? [], uris, call);
    for (const [uri, version] of versions) {
      const before = seen.get(uri);
      if (mode === 'note' && before !== undefined) continue;
      if ((before ?? '') === version) continue;
      seen.set(uri, version);
      if (mode === 'tell') for (const follower of followers) tell(follower, uri);
    }
  }
}

function tell({ uris, followsList, onChange }: Follower, uri: string): void {
  if (uri === LIST ? followsList : uris.has(uri)) onChange(uri === LIST ? { kind: 'list' } : { kind: 'contents', uri });
}

function byPrincipal(followers: Iterable<Follower>): ReadonlyMap<string, readonly Follower[]> {
  const groups = new Map<string, Follower[]>();
  for (const follower of followers) {
    const { principal } = follower.caller;
    const group = groups.get(principal);
    if (group === undefined) groups.set(principal, [follower]);
    else group.push(follower);
  }
  return groups;
}

/** What tells the present contents apart from earlier ones: of the list, and of each URI. */
async function versionsOf(
  resources: readonly Resource[],
  uris: ReadonlySet<string>,
  call: ResourceCall,
): Promise<ReadonlyMap<string, string>> {
  const families = resources.filter((resource) => resource.kind === 'template');
  const lists = await Promise.all(families.map(async (family) => family.listVersion?.(call)));
  const versions = new Map([[LIST, lists.some((list) => list) ? lists.join() : '']]);
  for (const resource of resources) {
    if (resource.kind === 'template') await addVersions(versions, resource, uris, call);
    else if (uris.has(resource.uri)) versions.set(resource.uri, (await resource.version?.(call)) ?? '');
  }
  return versions;
}

async function addVersions(
  versions: Map<string, string>,
  family: TemplateResource,
  uris: ReadonlySet<string>,
  call: ResourceCall,
): Promise<void> {
  if (family.versions === undefined) return;
  const ids = new Map(
    [...uris].flatMap((uri) => {
      const id = idIn(family.uriTemplate, uri);
      return id === undefined ? [] : [[id, uri] as const];
    }),
  );
  const found = await family.versions([...ids.keys()], call);
  for (const [id, uri] of ids) versions.set(uri, found.get(id) ?? '');
}
