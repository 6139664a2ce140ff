import type { Entry, Listing } from '../../model/answers.ts';
import { Store } from '../store.ts';
import type { Studio } from '../studio.ts';

/** Kinds that a person can filter by. */
export type Kind = 'all' | 'generated' | 'edits' | 'mask' | 'import' | 'video';
export type Time = 'any' | 'today' | 'week' | 'month';

/** What is looked for. */
export interface Query {
  readonly text: string;
  readonly kind: Kind;
  readonly time: Time;
}

export const NO_FILTER: Query = { text: '', kind: 'all', time: 'any' };

const PAGE = 50;
const SINCE = { any: undefined, today: 'today', week: '7d', month: '30d' } as const;

/** What a kind means for `list_images`. */
const ASKED: Readonly<Record<Kind, Readonly<Record<string, string>>>> = {
  all: { kind: 'all' },
  generated: { kind: 'generated' },
  edits: { kind: 'generated', tool: 'fill_image' },
  mask: { kind: 'mask' },
  import: { kind: 'import' },
  video: { kind: 'generated', tool: 'generate_video' },
};

/** Pictures of the library, a page at a time. */
export class LibraryList {
  readonly entries = new Store<readonly Entry[]>([]);
  readonly hasMore = new Store(true);
  readonly loading = new Store(false);
  readonly #studio: Studio;
  #query: Query;
  #before: string | undefined;
  #round = 0;

  constructor(studio: Studio, query: Query) {
    this.#studio = studio;
    this.#query = query;
  }

  /** Begins anew, with another query. */
  async look(query: Query): Promise<void> {
    this.#query = query;
    this.#before = undefined;
    this.#round += 1;
    this.loading.set(false);
    this.hasMore.set(true);
    await this.more(true);
  }

  async more(isFirst = false): Promise<void> {
    if (this.loading.value || !this.hasMore.value) return;
    const round = this.#round;
    this.loading.set(true);
    const since = SINCE[this.#query.time];
    const text = this.#query.text.trim();
    const listing = await this.#studio.call<Listing>('list_images', {
      limit: PAGE,
      ...ASKED[this.#query.kind],
      ...(text === '' ? {} : { text }),
      ...(since === undefined ? {} : { since }),
      ...(this.#before === undefined ? {} : { before: this.#before }),
    });
    // Another query has begun meanwhile.
    if (round !== this.#round) return;
    // What was there stays, and what is to come can be asked for again.
    if (listing.error !== undefined) return this.loading.set(false);
    const { images = [], next_before: before } = listing;
    // What was added since the last page would come twice.
    const known = new Set(isFirst ? [] : this.entries.value.map(({ image }) => image));
    // Masks have a filter of their own: among pictures they would stand in the way.
    const isAll = this.#query.kind === 'all';
    const fresh = images.filter(({ image, kind }) => !known.has(image) && !(isAll && kind === 'mask'));
    this.entries.set(isFirst ? fresh : [...this.entries.value, ...fresh]);
    this.#before = before;
    this.hasMore.set(before !== undefined);
    this.loading.set(false);
  }

  without(images: ReadonlySet<string>): void {
    this.entries.set(this.entries.value.filter(({ image }) => !images.has(image)));
  }
}
