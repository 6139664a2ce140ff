import type { Point } from '../../../model/viewport.ts';

/** A finger paints once it has moved so far, so that a second finger can still make it a pinch. */
const TOUCH_SLOP = 8;
/** A second finger within this time takes the stroke of the first one back. */
const PINCH_MS = 150;
const TAP_MS = 250;
/** Width of a pen's stroke by its pressure. */
const LIGHTEST = 0.3;
const PRESSURE_CURVE = 0.7;

/** A place of the pointer in the window, and the share of the brush's width that its pressure asks for. */
export interface Touch extends Point {
  readonly pressure: number;
  readonly shift: boolean;
  readonly erases: boolean;
}

/** What hands do on the picture. */
export interface Hands {
  readonly start: (at: Touch) => void;
  readonly draw: (at: readonly Touch[]) => void;
  readonly end: () => void;
  /** The stroke was none. */
  readonly takeBack: () => void;
  readonly pan: (dx: number, dy: number) => void;
  readonly pinch: (from: readonly [Point, Point], to: readonly [Point, Point]) => void;
  /** Fingers that were down together for a moment: two undo, three redo. */
  readonly tap: (fingers: number) => void;
  readonly hover: (at: Point | undefined) => void;
  /** A single finger is on the picture, which it hides. */
  readonly aim: (at: Point | undefined) => void;
  /** The tool sets a point where the finger lifts, rather than drawing from where it came down. */
  readonly setsPoints: () => boolean;
}

interface Finger {
  at: Point;
  readonly from: Point;
  readonly since: number;
}

/** Turns pointer events into strokes, pans, pinches and taps. One for each picture that is painted on. */
export class Gestures {
  /** The hand tool, or the space bar. */
  pans = false;
  readonly #hands: Hands;
  readonly #fingers = new Map<number, Finger>();
  #stroke: { readonly id: number; readonly since: number; drawing: boolean; readonly first: Touch } | undefined;
  #panning: number | undefined;
  #most = 0;
  /** A finger went further than one that taps does. */
  #moved = false;
  #penSeen = false;

  constructor(hands: Hands) {
    this.#hands = hands;
  }

  down(event: PointerEvent): void {
    const target = event.currentTarget as HTMLElement;
    target.setPointerCapture(event.pointerId);
    const at = touchOf(event);
    if (event.pointerType === 'pen') this.#penSeen = true;
    if (event.pointerType === 'touch') return this.#fingerDown(event, at);
    const barrel = event.pointerType === 'pen' && event.button === 2;
    if (this.pans || event.button === 1 || barrel) this.#pan(event, at);
    else if (event.button === 0 || event.button === 5) this.#begin(event, at);
  }

  move(event: PointerEvent): void {
    const at = touchOf(event);
    const finger = this.#fingers.get(event.pointerId);
    if (event.pointerType !== 'touch') this.#hands.hover(at);
    if (finger === undefined) return;
    this.#moved ||= isFar(at, finger.from);
    const other = [...this.#fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (this.#panning === event.pointerId) {
      this.#hands.pan(at.x - finger.at.x, at.y - finger.at.y);
    } else if (other !== undefined && this.#stroke === undefined) {
      this.#hands.pinch([finger.at, other.at], [at, other.at]);
    } else if (this.#stroke?.id === event.pointerId) {
      this.#draw(event, at, finger);
      if (event.pointerType === 'touch') this.#hands.aim(at);
    }
    finger.at = at;
  }

  up(event: PointerEvent): void {
    const stroke = this.#stroke;
    const finger = this.#fingers.get(event.pointerId);
    this.#fingers.delete(event.pointerId);
    if (this.#panning === event.pointerId) this.#panning = undefined;
    if (stroke?.id === event.pointerId) {
      this.#stroke = undefined;
      this.#hands.aim(undefined);
      if (!stroke.drawing) this.#hands.start(this.#hands.setsPoints() ? touchOf(event) : stroke.first);
      this.#hands.end();
    }
    if (this.#fingers.size > 0) return;
    const brief = finger !== undefined && event.timeStamp - finger.since < TAP_MS;
    if (brief && this.#most > 1 && !this.#moved) this.#hands.tap(this.#most);
    this.#rest();
  }

  cancel(event: PointerEvent): void {
    this.#fingers.delete(event.pointerId);
    if (this.#panning === event.pointerId) this.#panning = undefined;
    if (this.#stroke?.id === event.pointerId) this.#dropStroke();
    if (this.#fingers.size === 0) this.#rest();
  }

  #rest(): void {
    this.#most = 0;
    this.#moved = false;
  }

  #fingerDown(event: PointerEvent, at: Touch): void {
    const stroke = this.#stroke;
    const isSecond = this.#fingers.size > 0;
    this.#remember(event, at);
    this.#most = Math.max(this.#most, this.#fingers.size);
    if (isSecond) {
      // A stroke that is well under way goes on; the finger beside it was the ball of the hand.
      if (stroke !== undefined && (!stroke.drawing || event.timeStamp - stroke.since < PINCH_MS)) this.#dropStroke();
      this.#panning = undefined;
    } else if (this.pans || this.#penSeen) {
      this.#panning = event.pointerId;
    } else {
      this.#stroke = { id: event.pointerId, since: event.timeStamp, drawing: false, first: at };
      this.#hands.aim(at);
    }
  }

  #draw(event: PointerEvent, at: Touch, finger: Finger): void {
    const stroke = this.#stroke;
    if (stroke === undefined) return;
    if (!stroke.drawing) {
      if (event.pointerType === 'touch' && this.#hands.setsPoints()) return;
      if (!isFar(at, finger.from)) return;
      stroke.drawing = true;
      this.#hands.start(stroke.first);
    }
    const between = event.getCoalescedEvents?.() ?? [];
    this.#hands.draw(between.length > 0 ? between.map((one) => touchOf(one, event.currentTarget)) : [at]);
  }

  #begin(event: PointerEvent, at: Touch): void {
    this.#remember(event, at);
    this.#stroke = { id: event.pointerId, since: event.timeStamp, drawing: true, first: at };
    this.#hands.start(at);
  }

  #pan(event: PointerEvent, at: Touch): void {
    event.preventDefault();
    this.#remember(event, at);
    this.#panning = event.pointerId;
  }

  #remember(event: PointerEvent, at: Touch): void {
    this.#fingers.set(event.pointerId, { at, from: at, since: event.timeStamp });
  }

  #dropStroke(): void {
    this.#hands.aim(undefined);
    if (this.#stroke?.drawing === true) this.#hands.takeBack();
    this.#stroke = undefined;
  }
}

function isFar(at: Point, from: Point): boolean {
  return Math.hypot(at.x - from.x, at.y - from.y) >= TOUCH_SLOP;
}

function touchOf(event: PointerEvent, target: EventTarget | null = event.currentTarget): Touch {
  const edge = (target as HTMLElement).getBoundingClientRect();
  const isPen = event.pointerType === 'pen';
  return {
    x: event.clientX - edge.left,
    y: event.clientY - edge.top,
    pressure: isPen && event.pressure > 0 ? LIGHTEST + (1 - LIGHTEST) * event.pressure ** PRESSURE_CURVE : 1,
    shift: event.shiftKey,
    erases: isPen && (event.buttons & 32) !== 0,
  };
}
