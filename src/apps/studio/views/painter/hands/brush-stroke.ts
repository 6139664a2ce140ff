import { type Joining, type MaskShape, type Sample, strokesOf } from '../../../model/mask/mask-shapes.ts';
import { type Point, toPicture, type Viewport } from '../../../model/viewport.ts';
import type { PaintingSession } from '../../../session/painting/painting-session.ts';
import type { MaskLayer } from '../canvas/mask-layer.ts';
import type { Touch } from './gestures.ts';

/** One stroke of a brush: inked at once, simplified at its end. */
export class BrushStroke {
  readonly #session: PaintingSession;
  readonly #layer: () => MaskLayer | undefined;
  readonly #view: () => Viewport;
  #samples: Sample[] = [];
  #inked = 0;
  #joining: Joining = 'add';

  constructor(session: PaintingSession, layer: () => MaskLayer | undefined, view: () => Viewport) {
    this.#session = session;
    this.#layer = layer;
    this.#view = view;
  }

  /** Begins; with Shift it is a straight line from the end of the stroke before. @returns the place of the brush */
  begin(at: Touch, joining: Joining): Point | undefined {
    const last = at.shift ? this.#samples.at(-1) : undefined;
    this.#samples = last === undefined ? [] : [last];
    this.#inked = 0;
    this.#joining = joining;
    return this.go([at]);
  }

  /** Inks what the brush has passed since the last event. @returns the place of the brush */
  go(at: readonly Touch[]): Point | undefined {
    const width = this.#session.size.value;
    for (const one of at) this.#samples.push({ ...toPicture(this.#view(), one), width: width * one.pressure });
    const layer = this.#layer();
    if (layer !== undefined) {
      for (const stroke of strokesOf(this.#samples.slice(Math.max(0, this.#inked - 1)), 0)) {
        layer.add(stroke, this.#joining);
      }
      layer.show(this.#session.tint.value, false);
    }
    this.#inked = this.#samples.length;
    return this.#samples.at(-1);
  }

  /** @param tolerance pixels of the picture that the line may be off */
  end(tolerance: number): readonly MaskShape[] {
    return strokesOf(this.#samples, tolerance);
  }
}
