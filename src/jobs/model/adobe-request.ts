import type { Source } from '../../firefly/contract/common.ts';
import type { BodyOf, ModelOf, OperationId } from '../../firefly/types.ts';
import type { StoredBytes } from '../../images/types.ts';

/** Placeholder of a picture in a request's body (SHA-256): replaced by `{ uploadId }` when the request is sent. */
export interface PicturePlace {
  readonly $picture: string;
}

/** The placeholder of these bytes in a request's body. */
export function placeOf(picture: Pick<StoredBytes, 'sha256'>): PicturePlace {
  return { $picture: picture.sha256 };
}

/** `Body` with a place allowed wherever Adobe wants a picture. */
export type Pending<Body> = Body extends Source
  ? Body | PicturePlace
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
 * The body with an upload id in place of every placeholder.
 * @throws Error when an id is missing, which is a defect of this program
 */
export function fillPlaces(body: unknown, ids: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(body)) return body.map((item) => fillPlaces(item, ids));
  if (typeof body !== 'object' || body === null) return body;
  if ('$picture' in body) {
    const uploadId = ids.get(String(body.$picture));
    if (uploadId === undefined) throw new Error('a picture of the request was not uploaded');
    return { uploadId };
  }
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, fillPlaces(value, ids)]));
}
