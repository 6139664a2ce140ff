import { useRef } from 'preact/hooks';
import type { Picture } from '../../model/answers.ts';
import { type Point, visiblePart } from '../../model/viewport.ts';
import { IconButton } from '../../parts/button.tsx';
import { Compare } from '../../parts/compare.tsx';
import { usePicture } from '../../parts/picture.tsx';
import { type Viewing, useViewport } from '../../parts/use-viewport.ts';
import { useStudio } from '../../session/studio.ts';
import { StageMode, type Mode } from './stage-mode.tsx';

const INSETS = { top: 66, right: 24, bottom: 16, left: 24 };
/** From this scale on a map says where one is, and pixels are drawn with hard edges. */
const MAP_FROM = 1.5;
const HARD_FROM = 4;
const KEY_STEP = 48;

interface StageProps {
  readonly picture: Picture;
  readonly alt: string;
  /** What it was before, where it is an edit of one size with it. */
  readonly before?: string | undefined;
  readonly mode: Mode;
  readonly modes: readonly Mode[];
  readonly onMode: (mode: Mode) => void;
}

/** One picture as large as there is room; wheel, fingers and keys zoom and move it. */
export function Stage({ picture, alt, before, mode, modes, onMode }: StageProps) {
  const { t } = useStudio();
  const own = useRef<HTMLDivElement>(null);
  const viewing = useViewport(own, picture, INSETS);
  const { view, box, isFit } = viewing;
  const large = usePicture(picture.image, 'large');
  const isClose = view.scale * picture.width > 1100;
  const sharp = usePicture(isClose ? picture.image : undefined, 'sharp');
  const earlier = usePicture(mode === 'one' ? undefined : before, isClose ? 'sharp' : 'large');
  const shown = sharp.url ?? large.url;
  const ratio = picture.width / picture.height;
  const place = {
    left: `${view.x}px`,
    top: `${view.y}px`,
    width: `${picture.width * view.scale}px`,
    height: `${picture.height * view.scale}px`,
  };
  const isHard = view.scale >= HARD_FROM;
  return (
    <div class="stage">
      <div
        ref={own}
        class={`ground ${isFit ? '' : 'movable'}`}
        tabIndex={0}
        role="group"
        aria-label={t.zoom.stage}
        onKeyDown={(event) => onKey(event, viewing)}
        {...useDrag(viewing)}
      >
        <div class={`hero ${isHard ? 'hard' : ''}`} style={place}>
          {shown === undefined ? (
            <span class="placeholder" style={{ '--ar': ratio }} />
          ) : mode === 'split' && earlier.url !== undefined ? (
            <Compare before={earlier.url} after={shown} ratio={ratio} />
          ) : mode === 'before' && earlier.url !== undefined ? (
            <img src={earlier.url} alt={t.zoom.before} draggable={false} />
          ) : (
            <img src={shown} alt={alt} draggable={false} />
          )}
          {large.failed ? <p class="unreadable">{t.result.unreadable}</p> : null}
        </div>
      </div>
      <div class="floatbar fb-top" role="toolbar" aria-label={t.zoom.view}>
        <IconButton icon="zoomOut" label={t.zoom.out} keys="-" onPress={viewing.zoomOut} />
        <button type="button" class="button level num" aria-live="off" onClick={viewing.fit} title={t.zoom.fit}>
          {isFit ? t.zoom.fit : t.zoom.level(view.scale)}
        </button>
        <IconButton icon="zoomIn" label={t.zoom.in} keys="+" onPress={viewing.zoomIn} />
        {modes.length > 1 ? <StageMode mode={mode} modes={modes} onMode={onMode} /> : null}
      </div>
      {!isFit && view.scale >= MAP_FROM * Math.min(1, box.width / picture.width) && large.url !== undefined ? (
        <SightMap url={large.url} ratio={ratio} part={visiblePart(view, picture, box)} label={t.zoom.map} />
      ) : null}
    </div>
  );
}

function SightMap(props: { url: string; ratio: number; part: ReturnType<typeof visiblePart>; label: string }) {
  const { x, y, width, height } = props.part;
  const part = { left: `${x * 100}%`, top: `${y * 100}%`, width: `${width * 100}%`, height: `${height * 100}%` };
  return (
    <div class="map" role="img" aria-label={props.label} style={{ '--ar': props.ratio }}>
      <img src={props.url} alt="" />
      <i style={part} />
    </div>
  );
}

function onKey(event: KeyboardEvent, viewing: Viewing): void {
  if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = event.shiftKey ? KEY_STEP * 4 : KEY_STEP;
  const acts: Readonly<Record<string, () => void>> = {
    '+': viewing.zoomIn,
    '=': viewing.zoomIn,
    '-': viewing.zoomOut,
    '0': viewing.fit,
    ArrowLeft: () => viewing.move(step, 0),
    ArrowRight: () => viewing.move(-step, 0),
    ArrowUp: () => viewing.move(0, step),
    ArrowDown: () => viewing.move(0, -step),
  };
  const act = acts[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
}

/** One finger or the mouse moves, two fingers zoom. */
function useDrag(viewing: Viewing) {
  const fingers = useRef(new Map<number, Point>());
  const at = (event: PointerEvent): Point => {
    const edge = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return { x: event.clientX - edge.left, y: event.clientY - edge.top };
  };
  const end = (event: PointerEvent): void => void fingers.current.delete(event.pointerId);
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.target instanceof HTMLInputElement || event.button > 0) return;
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
      fingers.current.set(event.pointerId, at(event));
    },
    onPointerMove: (event: PointerEvent) => {
      const known = fingers.current.get(event.pointerId);
      if (known === undefined) return;
      const now = at(event);
      const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
      if (other !== undefined) viewing.pinch([known, other], [now, other]);
      else if (!viewing.isFit) viewing.move(now.x - known.x, now.y - known.y);
      fingers.current.set(event.pointerId, now);
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}
