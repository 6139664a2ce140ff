import type { Joining, MaskShape } from '../../../model/mask/mask-shapes.ts';
import { TINTS, type Tint } from '../../../model/mask/tint.ts';
import type { Area } from '../../../model/viewport.ts';

const HATCH = 12;

/** A mask as a drawing whose alpha is what it opens. */
export type Stencil = HTMLCanvasElement;

/** Adds a shape to a canvas that is scaled to the picture, or takes it away. */
export function drawShape(context: CanvasRenderingContext2D, shape: MaskShape, joining: Joining): void {
  context.globalCompositeOperation = joining === 'add' ? 'source-over' : 'destination-out';
  context.fillStyle = '#000';
  context.strokeStyle = '#000';
  context.beginPath();
  if (shape.shape === 'rectangle') {
    context.rect(shape.x, shape.y, shape.width, shape.height);
  } else if (shape.shape === 'ellipse') {
    const { x, y, width, height } = shape;
    context.ellipse(x + width / 2, y + height / 2, width / 2, height / 2, 0, 0, 2 * Math.PI);
  } else {
    const [first, ...rest] = shape.points;
    if (first === undefined) return;
    context.moveTo(first.x, first.y);
    for (const { x, y } of rest) context.lineTo(x, y);
    if (shape.shape === 'stroke') {
      if (rest.length === 0) context.lineTo(first.x + 0.01, first.y);
      context.lineWidth = shape.thickness;
      context.lineCap = 'round';
      context.lineJoin = 'round';
      context.stroke();
      return;
    }
  }
  context.fill('evenodd');
}

/** Draws a line of white in black around a mask, which is seen on any picture. */
export function drawEdge(context: CanvasRenderingContext2D, mask: HTMLCanvasElement): void {
  const ring = sized(mask);
  const own = contextOf(ring);
  for (const [radius, colour] of [
    [2.4, '#111'],
    [1.2, '#fff'],
  ] as const) {
    const line = sized(mask);
    const drawn = contextOf(line);
    for (let turn = 0; turn < 8; turn += 1) {
      const angle = (turn * Math.PI) / 4;
      drawn.drawImage(mask, Math.cos(angle) * radius, Math.sin(angle) * radius);
    }
    drawn.globalCompositeOperation = 'source-in';
    drawn.fillStyle = colour;
    drawn.fillRect(0, 0, line.width, line.height);
    own.drawImage(line, 0, 0);
  }
  own.globalCompositeOperation = 'destination-out';
  own.drawImage(mask, 0, 0);
  context.globalCompositeOperation = 'source-over';
  context.drawImage(ring, 0, 0);
}

/** An empty canvas of another one's size. */
export function sized({ width, height }: Area): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

/** A tint with a hatch, so that a mask is seen without colour too. */
export function hatch(tint: Tint, context: CanvasRenderingContext2D): CanvasPattern | null {
  const [red, green, blue] = TINTS[tint];
  const tile = document.createElement('canvas');
  tile.width = HATCH;
  tile.height = HATCH;
  const own = contextOf(tile);
  own.fillStyle = `rgb(${red} ${green} ${blue} / 0.5)`;
  own.fillRect(0, 0, HATCH, HATCH);
  own.strokeStyle = `rgb(${red * 0.5} ${green * 0.5} ${blue * 0.5} / 0.5)`;
  own.lineWidth = 2;
  own.beginPath();
  for (const start of [-HATCH, 0, HATCH]) {
    own.moveTo(start, HATCH);
    own.lineTo(start + HATCH, 0);
  }
  own.stroke();
  return context.createPattern(tile, 'repeat');
}

/** The pen of a canvas. @throws Error where the browser has none */
export function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser draws no canvas.');
  return context;
}

/** A mask in black and white as a stencil: white becomes opaque. */
export function stencilOf(image: HTMLImageElement): Stencil {
  const canvas = document.createElement('canvas');
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  const context = contextOf(canvas);
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
  for (let i = 0; i < pixels.data.length; i += 4) pixels.data[i + 3] = pixels.data[i] ?? 0;
  context.putImageData(pixels, 0, 0);
  return canvas;
}
