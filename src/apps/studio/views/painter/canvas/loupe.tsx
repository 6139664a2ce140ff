import { useLayoutEffect, useRef } from 'preact/hooks';
import { type Area, type Point, toWindow, type Viewport } from '../../../model/viewport.ts';
import { contextOf } from './ink.ts';

const SIDE = 96;
const TIMES = 2;
/** From the finger's middle to the middle of the loupe. */
const AWAY = 92;

interface LoupeProps {
  readonly view: Viewport;
  /** In pixels of the picture. */
  readonly at: Point;
  readonly picture: Area;
  readonly shown: HTMLImageElement | null;
  readonly mask: HTMLCanvasElement | null;
}

/** What a finger hides, twice as large above it; beside it where there is no room above. */
export function Loupe({ view, at, picture, shown, mask }: LoupeProps) {
  const own = useRef<HTMLCanvasElement>(null);
  const on = toWindow(view, at);
  const isAbove = on.y > AWAY + SIDE / 2;
  const middle = isAbove
    ? { x: on.x, y: on.y - AWAY }
    : { x: on.x > AWAY + SIDE / 2 ? on.x - AWAY : on.x + AWAY, y: Math.max(SIDE / 2, on.y) };
  useLayoutEffect(() => {
    if (own.current === null) return;
    const context = contextOf(own.current);
    context.reset();
    context.translate(SIDE / 2, SIDE / 2);
    context.scale(TIMES, TIMES);
    context.translate(-on.x, -on.y);
    if (shown !== null && shown.complete)
      context.drawImage(shown, view.x, view.y, picture.width * view.scale, picture.height * view.scale);
    if (mask !== null) context.drawImage(mask, 0, 0, mask.clientWidth, mask.clientHeight);
    context.setTransform(1, 0, 0, 1, 0, 0);
    for (const [width, colour] of [
      [4, '#111'],
      [2, '#fff'],
    ] as const) {
      context.lineWidth = width;
      context.strokeStyle = colour;
      context.stroke(new Path2D(`M${SIDE / 2 - 12} ${SIDE / 2}h24M${SIDE / 2} ${SIDE / 2 - 12}v24`));
    }
  });
  const place = { left: `${middle.x - SIDE / 2}px`, top: `${middle.y - SIDE / 2}px` };
  return (
    <canvas ref={own} class="loupe" width={SIDE} height={SIDE} style={place} aria-hidden="true" data-testid="loupe" />
  );
}
