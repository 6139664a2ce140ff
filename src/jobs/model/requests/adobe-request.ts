import { isRecord } from '../../../shared/text/json.ts';
import type { Source } from '../../../firefly/contract/common.ts';
import type { BodyOf, ModelOf, OperationId } from '../../../firefly/types.ts';
import type { StoredBytes } from '../../../images/types.ts';

/** Placeholder of a picture in a request's body (SHA-256): replaced by `{ uploadId }` when the request is sent. */
export interface PicturePlace {
  readonly $picture: string;
}

/** The placeholder of these bytes in a request's body. */
export function placeOf(picture: Pick<StoredBytes, 'sha256'>): PicturePlace {
  return { $picture: picture.sha256 };
}

/**
 * Placeholder of seeds that this program draws, once a job is stored: as many as it says. Two calls without seeds of their
 * own are identical.
 */
export interface SeedPlace {
  readonly $seeds: number;
}

/** `Body` with a place allowed wherever Adobe wants a picture or seeds. */
export type Pending<Body> = Body extends Source
  ? Body | PicturePlace
  : Body extends readonly number[]
    ? readonly number[] | SeedPlace
    : Body extends readonly (infer Item)[]
      ? readonly Pending<Item>[]
      : Body extends object
        ? { readonly [Key in keyof Body]: Pending<Body[Key]> }
        : Body;

/** Names of the fields that an operation does not have and another one has. */
type ForeignField<Id extends OperationId> = Exclude<
  { [Other in OperationId]: keyof BodyOf<Other> }[OperationId],
  keyof BodyOf<Id>
>;

/** JSON body of an operation, with a `placeOf` for each picture that must be uploaded first. */
export type PendingBody<Id extends OperationId> = Pending<BodyOf<Id>> & {
  readonly [Field in ForeignField<Id>]?: never;
};

/** What Adobe is asked for. Operation, header and body belong together, so that no body goes to another operation. */
export type AdobeRequest<Id extends OperationId> = {
  readonly [Each in Id]: {
    readonly operation: Each;
    /** Value of `x-model-version`. */
    readonly model: ModelOf<Each>;
    readonly body: PendingBody<Each>;
  };
}[Id];

/**
 * The body with an upload id in place of every picture.
 * @throws Error when an id is missing, which is a defect of this program
 */
export function fillPlaces(body: unknown, ids: ReadonlyMap<string, string>): unknown {
  return replacePlaces(body, '$picture', (sha256) => {
    const uploadId = ids.get(String(sha256));
    if (uploadId === undefined) throw new Error('a picture of the request was not uploaded');
    return { uploadId };
  });
}

/** Adobe shows seeds of up to ten digits, as of 31 bits. */
const SEEDS = 2 ** 31;

/** The body with seeds in place of every `SeedPlace`; `float` gives numbers from 0 to 1. */
export function drawSeeds(body: unknown, float: () => number): unknown {
  return replacePlaces(body, '$seeds', (count) => {
    const drawn = new Set<number>();
    while (drawn.size < Number(count)) {
      let seed = Math.floor(float() * SEEDS);
      while (drawn.has(seed)) seed = (seed + 1) % SEEDS;
      drawn.add(seed);
    }
    return [...drawn];
  });
}

/** The seed that a stored body asks for at a place of the results, counted from 0; undefined where it names none. */
export function sentSeed(body: unknown, place: number): number | undefined {
  const seeds = isRecord(body) ? body['seeds'] : undefined;
  const seed: unknown = Array.isArray(seeds) ? seeds[place] : undefined;
  return typeof seed === 'number' ? seed : undefined;
}

function replacePlaces(body: unknown, key: string, replacement: (value: unknown) => unknown): unknown {
  if (Array.isArray(body)) return body.map((item) => replacePlaces(item, key, replacement));
  if (!isRecord(body)) return body;
  if (key in body) return replacement(body[key]);
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, replacePlaces(value, key, replacement)]),
  );
}
