import type { Told } from './test-installation.ts';

/** A picture as an answer tells of it. */
export interface ToldPicture {
  readonly image: string;
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly mime_type: string;
  readonly seed?: number;
}

/** The pictures that an answer tells of. */
export function picturesOf({ facts }: Pick<Told, 'facts'>): readonly ToldPicture[] {
  return (facts['images'] ?? []) as readonly ToldPicture[];
}
