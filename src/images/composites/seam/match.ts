import { growBox, sizeOf, type Box } from '../box.ts';
import { boxOfOpen, measureDistances, THIRDS, type Distances } from './distances.ts';
import { hasSoftEdge } from './soft-edge.ts';
import { EveningRow, residualField, type Evening } from './evening.ts';
import { CHANNELS, type Layers } from './layers.ts';
import { measureRing } from './ring.ts';
import { findShift, takeBack, type Shift } from './shift.ts';
import { fitTone, isOtherLight, UNCHANGED } from './tone.ts';
import { measureTransition } from './transition.ts';

/** Cells with kept pixels below which nothing can be compared. */
const LEAST_KEPT = 16;
/** Pixels around the part that changes that are evened too, since enlarging reads them. */
const MARGIN = 4;

/** The answer in the tone and place of the source, for the part that changes. */
export interface Match {
  /** The part that changes, with a margin: outside of it the source stays. */
  readonly box: Box;
  /** The answer in that part, evened: RGB. */
  readonly colours: Uint8Array;
  /** Share of the answer outside of the mask, 255 for all of it; undefined where the answer kept to its mask. */
  readonly ramp: Uint8Array | undefined;
  /** Pixels outside of the mask up to which the answer is blended in. */
  readonly transition: number;
  readonly shift: Shift | undefined;
  /** `even` where the tone was evened; `other_light` where that would have undone the edit; `no_ring` without a kept part. */
  readonly tone: 'even' | 'other_light' | 'no_ring';
}

/**
 * Brings the answer into the tone and place of the source, and finds how far it has to be blended in
 * (docs/exact-edits.md#composite). Deterministic.
 * @param blend `outwards` as far as new content reaches; `never` keeps every pixel outside of the mask
 * @returns undefined where the mask opens nothing
 */
export function matchAnswer(given: Layers, { blend }: { readonly blend: 'outwards' | 'never' }): Match | undefined {
  const { width, height } = given;
  const open = boxOfOpen(given.mask, width, height);
  if (open === undefined) return undefined;
  const distances = measureDistances(given, open);
  const { layers, evening, tone, shift } = even(given, distances);
  // A soft edge blends by itself, as wide as it was asked for.
  const measured = blend === 'outwards' && tone === 'even' && !hasSoftEdge(layers, open);
  const transition = measured ? measureTransition(layers, distances, evening) : 0;
  const box = growBox(open, transition + MARGIN, { width, height });
  return {
    box,
    colours: evened(layers, distances, {
      evening,
      box,
    }),
    ramp: transition === 0 ? undefined : rampAround(distances, transition, box),
    transition,
    shift,
    tone,
  };
}

interface Evened extends Pick<Match, 'tone' | 'shift'> {
  readonly layers: Layers;
  readonly evening: Evening;
}

function even(layers: Layers, distances: Distances): Evened {
  const asItIs = { layers, evening: { tones: UNCHANGED, field: undefined }, shift: undefined };
  let ring = measureRing(layers, distances);
  if (ring.kept < LEAST_KEPT) return { ...asItIs, tone: 'no_ring' };
  let tones = fitTone(ring);
  if (isOtherLight(tones)) return { ...asItIs, tone: 'other_light' };
  const shift = findShift(layers, distances, tones);
  let placed = layers;
  if (shift !== undefined) {
    placed = { ...layers, answer: takeBack(layers, distances, shift) };
    ring = measureRing(placed, distances);
    tones = fitTone(ring);
  }
  return { layers: placed, evening: { tones, field: residualField(ring, tones) }, shift, tone: 'even' };
}

function evened(layers: Layers, distances: Distances, { evening, box }: { evening: Evening; box: Box }): Uint8Array {
  const { width, answer } = layers;
  const { width: across, height: down } = sizeOf(box);
  const row = new EveningRow(evening, distances);
  const colours = new Uint8Array(across * down * CHANNELS);
  for (let y = 0; y < down; y++) {
    row.move(box.top + y - distances.region.top);
    let from = ((box.top + y) * width + box.left) * CHANNELS;
    let to = y * across * CHANNELS;
    for (let x = box.left - distances.region.left; x < box.right - distances.region.left; x++) {
      for (let channel = 0; channel < CHANNELS; channel++) {
        const level = row.level(x, channel, answer[from++] ?? 0) + 0.5;
        colours[to++] = level < 0 ? 0 : level > 255 ? 255 : level;
      }
    }
  }
  return colours;
}

/** A smooth fall from the edge of the mask to nothing beyond the transition. */
function rampAround({ region, width, thirds }: Distances, transition: number, box: Box): Uint8Array {
  const byThirds = Uint8Array.from({ length: 256 }, (_, distance) => {
    const left = Math.max(0, 1 - distance / THIRDS / (transition + 1));
    return Math.round(255 * left * left * (3 - 2 * left));
  });
  const { width: across, height: down } = sizeOf(box);
  const ramp = new Uint8Array(across * down);
  for (let y = 0; y < down; y++) {
    const from = (box.top + y - region.top) * width + box.left - region.left;
    for (let x = 0; x < across; x++) ramp[y * across + x] = byThirds[thirds[from + x] ?? 0] ?? 0;
  }
  return ramp;
}
