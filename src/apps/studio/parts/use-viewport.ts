import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import {
  type Area,
  fitted,
  type Insets,
  moved,
  pinched,
  type Point,
  type Viewport,
  zoomedAt,
} from '../model/viewport.ts';

/** One step of a wheel, of `+` and of a button. */
const STEP = 1.25;
const WHEEL = 0.0016;

/** A picture in a window that can be zoomed and moved. */
export interface Viewing {
  readonly view: Viewport;
  readonly box: Area;
  /** Whether the whole picture is shown as large as it fits. */
  readonly isFit: boolean;
  readonly zoom: (factor: number, at?: Point) => void;
  readonly zoomIn: () => void;
  readonly zoomOut: () => void;
  readonly fit: () => void;
  readonly move: (dx: number, dy: number) => void;
  readonly pinch: (from: readonly [Point, Point], to: readonly [Point, Point]) => void;
}

/**
 * Keeps the place of a picture in the element of `own`, which wheels and trackpads zoom at the pointer. Until a person
 * zooms or moves, the picture follows the size of the window.
 */
export function useViewport(own: RefObject<HTMLElement | null>, picture: Area, insets: Insets): Viewing {
  const [box, setBox] = useState<Area>({ width: 0, height: 0 });
  const [chosen, setChosen] = useState<Viewport | undefined>(undefined);
  const { width, height } = picture;
  const { top, right, bottom, left } = insets;
  const fit = useMemo(
    () => fitted({ width, height }, box, { top, right, bottom, left }),
    [width, height, box, top, right, bottom, left],
  );
  useEffect(() => setChosen(undefined), [width, height]);
  useLayoutEffect(() => {
    const element = own.current;
    if (element === null) return;
    const measure = (): void => setBox({ width: element.clientWidth, height: element.clientHeight });
    // Before the first frame, so that the picture does not jump to its place.
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    return () => watch.disconnect();
  }, [own]);

  const view = chosen ?? fit;
  const change = (next: (view: Viewport) => Viewport): void => setChosen((now) => next(now ?? fit));
  const zoom = (factor: number, at: Point = { x: box.width / 2, y: box.height / 2 }): void =>
    change((now) => zoomedAt(now, factor, at, fit.scale));
  const latest = useRef(zoom);
  latest.current = zoom;
  useEffect(() => {
    const element = own.current;
    if (element === null) return;
    // Not by an attribute: only a listener that is not passive may keep the page from scrolling.
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const edge = element.getBoundingClientRect();
      latest.current(Math.exp(-event.deltaY * WHEEL * (event.ctrlKey ? 4 : 1)), {
        x: event.clientX - edge.left,
        y: event.clientY - edge.top,
      });
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [own]);
  return {
    view,
    box,
    isFit: chosen === undefined,
    zoom,
    zoomIn: () => zoom(STEP),
    zoomOut: () => zoom(1 / STEP),
    fit: () => setChosen(undefined),
    move: (dx, dy) => change((now) => moved(now, dx, dy, picture, box)),
    pinch: (from, to) => change((now) => pinched(now, from, to, fit.scale)),
  };
}
