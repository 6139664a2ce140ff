import type { Painting } from '../../../model/mask/mask-history.ts';
import type { Joining, MaskShape } from '../../../model/mask/mask-shapes.ts';
import type { Tint } from '../../../model/mask/tint.ts';
import type { Area, Viewport } from '../../../model/viewport.ts';
import { contextOf, drawEdge, drawShape, hatch, sized, type Stencil } from './ink.ts';

/** Side of the small mask that shares and mean colours are counted on. */
const SAMPLE_SIDE = 160;

/**
 * The mask as far as the window shows it. Nothing here has the size of the picture: shapes are drawn at the scale of the
 * window, so that a picture of 24 megapixels paints as fast as a small one.
 */
export class MaskLayer {
  readonly #layer = document.createElement('canvas');
  readonly #shown: HTMLCanvasElement;
  readonly #picture: Area;
  #view: Viewport = { scale: 1, x: 0, y: 0 };
  #painting: Painting | undefined;
  #base: Stencil | undefined;
  #pattern: { readonly tint: Tint; readonly pattern: CanvasPattern | null } | undefined;

  /** @param shown the canvas that people see, in pixels of the screen */
  constructor(shown: HTMLCanvasElement, picture: Area) {
    this.#shown = shown;
    this.#picture = picture;
  }

  /** Draws all anew: after another step, another view or another size of the window. */
  redraw(painting: Painting, base: Stencil | undefined, view: Viewport, box: Area, density: number): void {
    const width = Math.max(1, Math.round(box.width * density));
    const height = Math.max(1, Math.round(box.height * density));
    for (const canvas of [this.#layer, this.#shown]) {
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
    }
    this.#view = { scale: view.scale * density, x: view.x * density, y: view.y * density };
    this.#painting = painting;
    this.#base = base;
    const context = contextOf(this.#layer);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    this.#drawAll(context, this.#view);
  }

  /** Adds to what is drawn, without drawing all anew. The shape becomes a step later, or is taken back by `redraw`. */
  add(shape: MaskShape, joining: Joining): void {
    const context = contextOf(this.#layer);
    transform(context, this.#view);
    const inverted = this.#painting?.inverted === true;
    drawShape(context, shape, inverted === (joining === 'add') ? 'subtract' : 'add');
  }

  /** Shows the mask in a tint with a hatch, so that it is seen without colour too, and its edge. */
  show(tint: Tint, edge: boolean): void {
    const context = contextOf(this.#shown);
    const { width, height } = this.#shown;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalCompositeOperation = 'source-over';
    context.clearRect(0, 0, width, height);
    this.#drawOpen(context);
    context.globalCompositeOperation = 'source-in';
    context.fillStyle = this.#patternOf(tint, context) ?? '#000';
    context.fillRect(0, 0, width, height);
    if (!edge) return;
    const mask = sized(this.#shown);
    this.#drawOpen(contextOf(mask));
    drawEdge(context, mask);
  }

  /** The mask at a small size: its share of the picture, 0-1, and its pixels as RGBA. */
  sample(): { readonly share: number; readonly pixels: Uint8ClampedArray; readonly size: Area } {
    const { width: w, height: h } = this.#picture;
    const scale = SAMPLE_SIDE / Math.max(w, h);
    const size = { width: Math.max(1, Math.round(w * scale)), height: Math.max(1, Math.round(h * scale)) };
    const canvas = document.createElement('canvas');
    canvas.width = size.width;
    canvas.height = size.height;
    const context = contextOf(canvas);
    this.#drawAll(context, { scale, x: 0, y: 0 });
    const { data } = context.getImageData(0, 0, size.width, size.height);
    const inverted = this.#painting?.inverted === true;
    let sum = 0;
    for (let i = 3; i < data.length; i += 4) {
      if (inverted) data[i] = 255 - (data[i] ?? 0);
      sum += data[i] ?? 0;
    }
    return { share: sum / 255 / (size.width * size.height), pixels: data, size };
  }

  #drawAll(context: CanvasRenderingContext2D, view: Viewport): void {
    const { base, shapes = [] } = this.#painting ?? {};
    transform(context, view);
    context.globalCompositeOperation = 'source-over';
    if (base !== undefined && this.#base !== undefined) {
      context.drawImage(this.#base, 0, 0, this.#picture.width, this.#picture.height);
    }
    for (const [shape, joining] of shapes) drawShape(context, shape, joining);
  }

  /** What the mask opens, within the picture. */
  #drawOpen(context: CanvasRenderingContext2D): void {
    const { scale, x, y } = this.#view;
    const inside = [x, y, this.#picture.width * scale, this.#picture.height * scale] as const;
    if (this.#painting?.inverted === true) {
      context.fillStyle = '#000';
      context.fillRect(...inside);
      context.globalCompositeOperation = 'destination-out';
      context.drawImage(this.#layer, 0, 0);
      return;
    }
    context.save();
    context.beginPath();
    context.rect(...inside);
    context.clip();
    context.drawImage(this.#layer, 0, 0);
    context.restore();
  }

  #patternOf(tint: Tint, context: CanvasRenderingContext2D): CanvasPattern | null {
    if (this.#pattern?.tint !== tint) this.#pattern = { tint, pattern: hatch(tint, context) };
    return this.#pattern.pattern;
  }
}

function transform(context: CanvasRenderingContext2D, { scale, x, y }: Viewport): void {
  context.setTransform(scale, 0, 0, scale, x, y);
}
