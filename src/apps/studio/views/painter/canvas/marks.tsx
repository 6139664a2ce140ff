import type { MaskShape } from '../../../model/mask/mask-shapes.ts';
import { type Point, toWindow, type Viewport } from '../../../model/viewport.ts';
import type { PaintingSession } from '../../../session/painting/painting-session.ts';
import { useStore } from '../../../session/store.ts';
import type { Drawing } from '../hands/drawing.ts';

/** Under this width a ring would hide what is under it. */
const SMALLEST_RING = 6;

interface MarksProps {
  readonly session: PaintingSession;
  readonly view: Viewport;
  readonly drawing: Drawing;
  /** Width of the brush on the screen. */
  readonly brush: number;
  readonly hidden: boolean;
}

/** Lines over the picture: what is being drawn, rough shapes and points of a fit, the brush's ring, the crosshair of keys. */
export function Marks({ session, view, drawing, brush, hidden }: MarksProps) {
  const tool = useStore(session.tool);
  const { base } = useStore(session.painting);
  const waiting = useStore(session.points);
  const belongs = [...(base?.belongs ?? []), ...waiting.flatMap((point) => point.belongs ?? [])];
  const stays = [...(base?.stays ?? []), ...waiting.flatMap((point) => point.stays ?? [])];
  const { outline = [], box, cursor, crosshair } = drawing;
  const on = (point: Point): Point => toWindow(view, point);
  const line = [...outline, ...(tool === 'polygon' && cursor !== undefined ? [cursor] : [])].map(on);
  const isBrush = tool === 'brush' || tool === 'eraser';
  const ring = cursor === undefined || !isBrush ? undefined : on(cursor);
  const cross = crosshair === undefined ? undefined : on(crosshair);
  return (
    <svg class="marks" aria-hidden="true" data-hidden={hidden}>
      {(base?.hints ?? []).map((hint, place) => (
        <Hint key={place} shape={hint} view={view} />
      ))}
      {box === undefined ? null : <Hint shape={box} view={view} />}
      {line.length > 1 ? <Dashed d={`M${line.map(({ x, y }) => `${x} ${y}`).join('L')}`} /> : null}
      {tool === 'polygon' || crosshair !== undefined
        ? outline.map((point, place) => <Dot key={place} at={on(point)} />)
        : null}
      {belongs.map((point, place) => (
        <FitPoint key={`b${place}`} at={on(point)} adds />
      ))}
      {stays.map((point, place) => (
        <FitPoint key={`s${place}`} at={on(point)} adds={false} />
      ))}
      {ring === undefined ? null : <Ring at={ring} width={brush} />}
      {cross === undefined ? null : (
        <g class="crosshair">
          <Dashed d={`M${cross.x - 14} ${cross.y}h28M${cross.x} ${cross.y - 14}v28`} />
        </g>
      )}
    </svg>
  );
}

/** A line of white dashes on black: seen on any picture. */
function Dashed({ d }: { d: string }) {
  return (
    <>
      <path class="dash-ground" d={d} />
      <path class="dash" d={d} />
    </>
  );
}

function Hint({ shape, view }: { shape: MaskShape; view: Viewport }) {
  if (shape.shape === 'rectangle' || shape.shape === 'ellipse') {
    const { x, y } = toWindow(view, shape);
    const width = shape.width * view.scale;
    const height = shape.height * view.scale;
    if (shape.shape === 'rectangle') return <Dashed d={`M${x} ${y}h${width}v${height}h${-width}Z`} />;
    const [rx, ry] = [width / 2, height / 2];
    return <Dashed d={`M${x} ${y + ry}a${rx} ${ry} 0 1 0 ${width} 0a${rx} ${ry} 0 1 0 ${-width} 0Z`} />;
  }
  const points = shape.points.map((point) => toWindow(view, point));
  const closes = shape.shape === 'polygon' ? 'Z' : '';
  return <Dashed d={`M${points.map(({ x, y }) => `${x} ${y}`).join('L')}${closes}`} />;
}

function Dot({ at }: { at: Point }) {
  return <circle class="dot" cx={at.x} cy={at.y} r={4} />;
}

function FitPoint({ at, adds }: { at: Point; adds: boolean }) {
  return (
    <g transform={`translate(${at.x} ${at.y})`} class="fit-point">
      <circle r={9} />
      <path d={`M-4.5 0h9${adds ? 'M0-4.5v9' : ''}`} />
    </g>
  );
}

function Ring({ at, width }: { at: Point; width: number }) {
  if (width < SMALLEST_RING) return <Dashed d={`M${at.x - 8} ${at.y}h16M${at.x} ${at.y - 8}v16`} />;
  return (
    <g class="ring">
      <circle cx={at.x} cy={at.y} r={width / 2 + 1} />
      <circle cx={at.x} cy={at.y} r={width / 2} />
    </g>
  );
}
