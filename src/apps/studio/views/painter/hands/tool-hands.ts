import { boxBetween, type Joining, type MaskShape, outlineOf } from '../../../model/mask/mask-shapes.ts';
import { type Point, toPicture } from '../../../model/viewport.ts';
import type { Viewing } from '../../../parts/use-viewport.ts';
import type { PaintingSession } from '../../../session/painting/painting-session.ts';
import { BrushStroke } from './brush-stroke.ts';
import { type Drawing, POINT_TOOLS } from './drawing.ts';
import type { Hands, Touch } from './gestures.ts';
import type { MaskLayer } from '../canvas/mask-layer.ts';

/** Pixels of the screen that a line may be off its samples. */
const TOLERANCE = 0.4;
/** A press so near to the first point closes a polygon. */
const CLOSES_WITHIN = 12;

/** The tools under the hands: what pointer and keys draw becomes shapes in pixels of the picture. */
export class ToolHands implements Hands {
  readonly #session: PaintingSession;
  readonly #viewing: () => Viewing;
  readonly #tell: (drawing: Drawing) => void;
  readonly #brush: BrushStroke;
  #start: Point | undefined;
  #points: Point[] = [];
  #corner: Point | undefined;
  #drawing: Drawing = {};
  #finger: Point | undefined;
  #erases = false;
  #frame = 0;

  constructor(
    session: PaintingSession,
    viewing: () => Viewing,
    layer: () => MaskLayer | undefined,
    tell: (drawing: Drawing) => void,
  ) {
    this.#session = session;
    this.#viewing = viewing;
    this.#tell = tell;
    this.#brush = new BrushStroke(session, layer, () => viewing().view);
  }

  start = (at: Touch): void => {
    const tool = this.#session.tool.value;
    const place = this.#place(at);
    this.#erases = at.erases;
    if (this.#isBrush()) this.#show({ cursor: this.#brush.begin(at, this.#joining()) });
    else if (tool === 'rectangle' || tool === 'ellipse') this.#start = place;
    else if (tool === 'lasso') this.#points = [place];
    else if (tool === 'polygon') this.addPoint(place);
    else if (tool === 'belongs' || tool === 'stays') void this.#session.fit({ [tool]: place });
  };

  draw = (at: readonly Touch[]): void => {
    const last = at.at(-1);
    if (last === undefined) return;
    const tool = this.#session.tool.value;
    const place = this.#place(last);
    if (this.#isBrush()) this.#show({ cursor: this.#brush.go(at) });
    else if ((tool === 'rectangle' || tool === 'ellipse') && this.#start !== undefined) {
      this.#show({ box: boxBetween(tool, this.#start, place), cursor: place });
    } else if (tool === 'lasso') {
      this.#points.push(...at.map((one) => this.#place(one)));
      this.#show({ outline: [...this.#points], cursor: place });
    }
  };

  end = (): void => {
    const tool = this.#session.tool.value;
    const tolerance = TOLERANCE / this.#viewing().view.scale;
    if (this.#isBrush()) {
      this.#session.paint(this.#erases ? 'eraser' : tool, this.#brush.end(tolerance), this.#joining());
    } else if (this.#drawing.box !== undefined) {
      this.#session.paint(tool, [this.#drawing.box], this.#joining());
    } else if (tool === 'lasso') {
      const points = outlineOf(this.#points, tolerance);
      if (points.length > 2) this.#session.paint(tool, [{ shape: 'polygon', points }], this.#joining());
    }
    this.#start = undefined;
    this.#erases = false;
    if (tool === 'polygon') return;
    this.#points = [];
    this.#show({});
  };

  takeBack = (): void => {
    this.#points = [];
    this.#start = undefined;
    this.#show({});
    // Drawn anew from the steps, so that what the lost stroke has left on the canvas is gone.
    this.#session.painting.set({ ...this.#session.painting.value });
  };

  pan = (dx: number, dy: number): void => this.#viewing().move(dx, dy);
  pinch = (from: readonly [Point, Point], to: readonly [Point, Point]): void => this.#viewing().pinch(from, to);

  tap = (fingers: number): void => {
    if (fingers === 2) this.#session.undo();
    if (fingers === 3) this.#session.redo();
  };

  hover = (at: Point | undefined): void => {
    cancelAnimationFrame(this.#frame);
    const cursor = at && this.#place(at);
    this.#frame = requestAnimationFrame(() => this.#show({ ...this.#drawing, cursor }));
  };

  aim = (at: Point | undefined): void => {
    this.#finger = at && this.#place(at);
    this.#show(this.#drawing);
  };

  setsPoints = (): boolean => POINT_TOOLS.has(this.#session.tool.value);

  /** The next corner of a polygon; near the first one it closes. */
  addPoint(place: Point): void {
    const [first] = this.#points;
    const near = CLOSES_WITHIN / this.#viewing().view.scale;
    if (first !== undefined && this.#points.length > 2 && Math.hypot(place.x - first.x, place.y - first.y) < near) {
      return this.closePolygon();
    }
    this.#points.push(place);
    this.#show({ outline: [...this.#points], cursor: place });
    this.#session.studio.say(this.#session.studio.t.paint.point(this.#points.length));
  }

  closePolygon(): void {
    const points = this.#points;
    if (points.length < 3) return;
    this.#points = [];
    this.#add({ shape: 'polygon', points });
    this.#show({ crosshair: this.#drawing.crosshair });
  }

  /** Drops what is being drawn. @returns whether there was something */
  drop(): boolean {
    const had = this.#points.length > 0 || this.#corner !== undefined || this.#drawing.crosshair !== undefined;
    this.#points = [];
    this.#corner = undefined;
    this.#show({});
    return had;
  }

  /** Moves the crosshair by pixels of the picture; it begins in the middle. */
  moveCrosshair(dx: number, dy: number): Point {
    const { width, height } = this.#session.picture;
    const from = this.#drawing.crosshair ?? { x: width / 2, y: height / 2 };
    const within = (place: number, side: number): number => Math.min(side, Math.max(0, place));
    const crosshair = { x: within(from.x + dx, width), y: within(from.y + dy, height) };
    const tool = this.#session.tool.value;
    const isBox = tool === 'rectangle' || tool === 'ellipse';
    const box = isBox && this.#corner ? { box: boxBetween(tool, this.#corner, crosshair) } : {};
    this.#show({ crosshair, ...box, outline: [...this.#points] });
    return crosshair;
  }

  /** `Enter`: a corner of a box, a point, or a dab of the brush at the crosshair. */
  press(): void {
    const { crosshair } = this.#drawing;
    if (crosshair === undefined) return void this.moveCrosshair(0, 0);
    const { studio, tool, size } = this.#session;
    const name = tool.value;
    if (name === 'polygon' || name === 'lasso') this.addPoint(crosshair);
    else if (name === 'belongs' || name === 'stays') void this.#session.fit({ [name]: crosshair });
    else if (this.#isBrush()) this.#add({ shape: 'stroke', points: [crosshair], thickness: size.value });
    else if (name === 'rectangle' || name === 'ellipse') {
      if (this.#corner === undefined) {
        this.#corner = crosshair;
        studio.say(studio.t.paint.corner);
      } else {
        this.#add(boxBetween(name, this.#corner, crosshair));
        this.#corner = undefined;
      }
    }
    this.#show({ crosshair, outline: [...this.#points] });
  }

  /** A shape that keys have drawn. */
  #add(shape: MaskShape): void {
    this.#session.paint(this.#session.tool.value, [shape], this.#joining());
    this.#session.studio.say(this.#session.studio.t.paint.closed);
  }

  #isBrush(): boolean {
    return this.#session.tool.value === 'brush' || this.#session.tool.value === 'eraser';
  }

  #joining(): Joining {
    const { tool, joining } = this.#session;
    return tool.value === 'eraser' || this.#erases ? 'subtract' : joining.value;
  }

  #place(at: Point): Point {
    return toPicture(this.#viewing().view, at);
  }

  #show(drawing: Drawing): void {
    const crosshair = drawing.crosshair ?? (drawing.cursor === undefined ? this.#drawing.crosshair : undefined);
    this.#drawing = Object.keys(drawing).length === 0 ? {} : { ...drawing, crosshair };
    this.#tell({ ...this.#drawing, finger: this.#finger });
  }
}
