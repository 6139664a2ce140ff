import { maskOfSource, type MaskReading, type MaskSource } from '../masks/mask-source.ts';
import type { Decoded } from '../decodable.ts';
import { resample } from './cut/resample.ts';
import { softEdges } from './edges/soft-edges.ts';
import { fitPerson } from './fit-person.ts';
import { fitAgain, fitShape } from './fit-shape.ts';
import type { Model } from './net/read-model.ts';
import { openPicture } from './open-picture.ts';
import { lookForPeople } from './person/look.ts';
import type { Check, Corrections, FoundArea, RgbPicture, RoughShape, Subject } from './types.ts';

/** What is to be found: all people, the subject of a rough shape, or that of an earlier mask, once more. */
export type Search =
  | { readonly kind: 'person' }
  | {
      readonly kind: 'shape';
      readonly shape: RoughShape;
      /** What is found is taken away from the mask, so that points that belong to the mask are none of it. */
      readonly isTakenAway?: boolean;
    }
  | { readonly kind: 'mask' };

/** Subjects to find in one picture. */
export interface SubjectOrder {
  /** The encoded picture. */
  readonly bytes: Uint8Array;
  /** What its record says of it. */
  readonly picture: Decoded;
  /** The earlier mask of a search of that kind. */
  readonly earlier?: MaskSource | undefined;
  readonly searches: readonly Search[];
  /** In pixels of the picture as displayed. */
  readonly corrections: Corrections;
}

/** Subjects to find in one picture, whose bytes are read when its turn has come. */
export interface SubjectRequest extends Omit<SubjectOrder, 'bytes' | 'earlier'> {
  /** SHA-256 of the bytes: what is asked for once more is not searched again. */
  readonly content: string;
  readonly read: () => Promise<Uint8Array>;
  readonly earlier?: EarlierMask | undefined;
}

/** An earlier mask, by what it is read from in its turn. */
export interface EarlierMask {
  /** SHA-256 of the bytes. */
  readonly content: string;
  readonly by: MaskReading;
  readonly read: () => Promise<Uint8Array>;
}

/**
 * Finds subjects, each by itself.
 * @param model the net that knows people
 * @returns a subject for each search, in their order
 * @throws Problem `nobody_found`, `shape_outside`, `picture_too_large`, `undecodable_picture`, and what `check` throws
 */
export async function findSubjects(
  { bytes, earlier, searches, corrections }: Omit<SubjectOrder, 'picture'>,
  model: Model,
  check: Check,
): Promise<readonly Subject[]> {
  const source = await openPicture(bytes, check);
  const found: Subject[] = [];
  const options = {
    corrections,
    check,
    findPeople: async (copy: RgbPicture) => resample(lookForPeople(model, copy, check), copy),
  };
  for (const search of searches) {
    const { region, area, fit } = await findArea(search);
    found.push({ region, alpha: await softEdges(source, { region, area }, check), fit });
  }
  return found;

  async function findArea(search: Search): Promise<FoundArea> {
    switch (search.kind) {
      case 'person':
        return fitPerson(source, model, corrections, check);
      case 'shape':
        return fitShape(
          source,
          search.shape,
          search.isTakenAway === true
            ? { ...options, corrections: { belongs: [], stays: corrections.belongs } }
            : options,
        );
      case 'mask':
        if (earlier === undefined) throw new Error('a mask is fitted again, and there is none');
        return fitAgain(source, await maskOfSource(earlier, source, async () => check()), options);
    }
  }
}
