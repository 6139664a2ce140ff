import type { Viewing } from '../../../parts/use-viewport.ts';
import type { PaintingSession, Tool } from '../../../session/painting/painting-session.ts';
import type { ToolHands } from './tool-hands.ts';

const TOOLS: Readonly<Record<string, Tool>> = {
  b: 'brush',
  e: 'eraser',
  r: 'rectangle',
  o: 'ellipse',
  l: 'lasso',
  p: 'polygon',
  '+': 'belongs',
  '-': 'stays',
};

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Pixels of the screen. */
const PAN = 48;

/** What keys reach beyond the session. */
export interface KeyTargets {
  readonly session: PaintingSession;
  readonly hands: ToolHands;
  readonly viewing: Viewing;
  /** `Space` is held, or the hand is chosen: arrows move the picture. */
  readonly pans: boolean;
  readonly toPrompt: () => void;
  readonly fill: () => void;
  readonly toggleTint: () => void;
  readonly showOriginal: () => void;
  readonly leave: () => void;
}

/** Keys of the painter while the picture has the focus. @returns whether the key was one of them */
export function painterKey(event: KeyboardEvent, targets: KeyTargets): boolean {
  const { session, hands, viewing } = targets;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.ctrlKey || event.metaKey) {
    if (key === 'z') return act(event.shiftKey ? () => session.redo() : () => session.undo());
    if (key === 'y') return act(() => session.redo());
    return key === 'Enter' ? act(targets.fill) : false;
  }
  const arrow = ARROWS[event.key];
  if (arrow !== undefined && targets.pans) return act(() => viewing.move(arrow[0] * -PAN, arrow[1] * -PAN));
  if (arrow !== undefined) return act(() => crosshair(event, arrow, targets));
  const tool = TOOLS[key];
  if (tool !== undefined) return act(() => session.tool.set(tool));
  const acts: Readonly<Record<string, () => void>> = {
    f: () => void session.fit(),
    i: () => session.do({ kind: 'invert' }),
    x: () => session.joining.set(session.joining.value === 'add' ? 'subtract' : 'add'),
    '[': () => session.size.set(Math.max(2, Math.round(session.size.value / 1.15))),
    ']': () => session.size.set(Math.ceil(session.size.value * 1.15)),
    z: () => (event.shiftKey ? viewing.zoomOut() : viewing.zoomIn()),
    '0': () => viewing.fit(),
    h: targets.toggleTint,
    t: targets.toPrompt,
    c: () => hands.closePolygon(),
    '\\': targets.showOriginal,
    Enter: () => hands.press(),
    Home: () => session.toStart(),
    Escape: () => {
      if (hands.drop()) session.studio.say(session.studio.t.paint.dropped);
      else targets.leave();
    },
  };
  const found = acts[key];
  return found === undefined ? false : act(found);
}

function act(run: () => void): true {
  run();
  return true;
}

/** Arrows move the crosshair by a percent, with Shift by ten, with Alt by a pixel; its place is spoken. */
function crosshair(event: KeyboardEvent, [dx, dy]: readonly [number, number], { session, hands }: KeyTargets): void {
  const { width, height } = session.picture;
  const share = event.shiftKey ? 0.1 : 0.01;
  const [stepX, stepY] = event.altKey ? [1, 1] : [width * share, height * share];
  const { x, y } = hands.moveCrosshair(dx * stepX, dy * stepY);
  session.studio.say(session.studio.t.paint.crosshair((x / width) * 100, (y / height) * 100));
}
