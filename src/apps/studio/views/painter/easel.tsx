import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Painting } from '../../model/mask/mask-history.ts';
import { contrastingTint, meanUnder } from '../../model/mask/tint.ts';
import { usePicture } from '../../parts/picture.tsx';
import { type Viewing, useViewport } from '../../parts/use-viewport.ts';
import type { PaintingSession } from '../../session/painting/painting-session.ts';
import { decoded } from '../../session/pictures.ts';
import { useStore } from '../../session/store.ts';
import { useStudio } from '../../session/studio.ts';
import { Gestures } from './hands/gestures.ts';
import { Loupe } from './canvas/loupe.tsx';
import { Marks } from './canvas/marks.tsx';
import { type Stencil, stencilOf } from './canvas/ink.ts';
import { MaskLayer } from './canvas/mask-layer.ts';
import { type Drawing, POINT_TOOLS } from './hands/drawing.ts';
import { ToolHands } from './hands/tool-hands.ts';

/** Pixels of the screen for one of CSS are not worth more than this: a mask is looked at, not read. */
const MOST_DENSITY = 1.5;
/** A brush of less on the screen is under the finger that holds it. */
const HIDDEN_BY_FINGER = 24;

interface EaselProps {
  readonly session: PaintingSession;
  readonly insets: { readonly top: number; readonly right: number; readonly bottom: number; readonly left: number };
  readonly hidden: boolean;
  readonly original: boolean;
  readonly spaceHeld: boolean;
  /** Hands the viewing out, for bars and keys. */
  readonly onViewing: (viewing: Viewing, hands: ToolHands) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** The picture with its mask, and what hands do on it. */
export function Easel({ session, insets, hidden, original, spaceHeld, onViewing, onKeyDown }: EaselProps) {
  const { t } = useStudio();
  const own = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const image = useRef<HTMLImageElement>(null);
  const { picture } = session;
  const viewing = useViewport(own, picture, insets);
  const { view, box } = viewing;
  const painting = useStore(session.painting);
  const tint = useStore(session.tint);
  const tool = useStore(session.tool);
  const size = useStore(session.size);
  const draft = useStore(session.drafts.draft);
  const large = usePicture(picture.image, 'large');
  const sharp = usePicture(view.scale * picture.width > 1100 ? picture.image : undefined, 'sharp');
  const [drawing, setDrawing] = useState<Drawing>({});
  const stencil = useStencil(painting.base?.mask);
  const exact = useExact(session, draft?.painting === painting ? draft?.mask : undefined);
  const layer = useMemo(() => ({ current: undefined as MaskLayer | undefined }), [picture]);

  // The tools are made once; they read the newest view.
  const latest = useRef(viewing);
  latest.current = viewing;
  const hands = useMemo(
    () =>
      new ToolHands(
        session,
        () => latest.current,
        () => layer.current,
        setDrawing,
      ),
    [session, layer],
  );
  const gestures = useMemo(() => new Gestures(hands), [hands]);
  gestures.pans = spaceHeld || tool === 'hand';
  useEffect(() => onViewing(viewing, hands));

  useEffect(() => {
    if (canvas.current === null || box.width === 0) return;
    layer.current ??= new MaskLayer(canvas.current, picture);
    const density = Math.min(MOST_DENSITY, devicePixelRatio);
    const shown = exact === undefined ? painting : { ...painting, shapes: [], inverted: false };
    layer.current.redraw(
      shown.base === undefined && exact !== undefined ? withBase(shown) : shown,
      exact ?? stencil,
      view,
      box,
      density,
    );
    layer.current.show(session.tint.value, true);
  }, [painting, stencil, exact, view.scale, view.x, view.y, box, picture, layer, session, tint]);

  useTint(session, layer, large.url, [painting, stencil]);

  const place = {
    left: `${view.x}px`,
    top: `${view.y}px`,
    width: `${picture.width * view.scale}px`,
    height: `${picture.height * view.scale}px`,
  };
  const shown = sharp.url ?? large.url;
  const pointers = {
    onPointerDown: (event: PointerEvent) => gestures.down(event),
    onPointerMove: (event: PointerEvent) => gestures.move(event),
    onPointerUp: (event: PointerEvent) => gestures.up(event),
    onPointerCancel: (event: PointerEvent) => gestures.cancel(event),
    onPointerLeave: () => hands.hover(undefined),
  };
  return (
    <div
      ref={own}
      class={`easel ${gestures.pans ? 'pans' : `with-${tool}`}`}
      tabIndex={0}
      role="application"
      aria-label={t.paint.canvas}
      data-testid="easel"
      onKeyDown={onKeyDown}
      onContextMenu={(event) => event.preventDefault()}
      {...pointers}
    >
      <div class="sheet" style={place}>
        {shown === undefined ? <span class="placeholder" /> : <img ref={image} src={shown} alt="" draggable={false} />}
      </div>
      <canvas ref={canvas} class="mask" hidden={hidden || original} aria-hidden="true" />
      {drawing.finger === undefined || !(POINT_TOOLS.has(tool) || size * view.scale < HIDDEN_BY_FINGER) ? null : (
        <Loupe view={view} at={drawing.finger} picture={picture} shown={image.current} mask={canvas.current} />
      )}
      <Marks session={session} view={view} drawing={drawing} brush={size * view.scale} hidden={original} />
    </div>
  );
}

/** A painting that is drawn from one mask alone. */
function withBase<P extends object>(painting: P) {
  return { ...painting, base: { mask: '', hints: [], belongs: [], stays: [] } };
}

/** The mask of the library that painting began with, ready to be drawn. */
function useStencil(mask: string | undefined): Stencil | undefined {
  const { url } = usePicture(mask, 'large');
  const [stencil, setStencil] = useState<{ url: string; stencil: Stencil } | undefined>(undefined);
  useEffect(() => {
    if (url === undefined) return;
    let isOpen = true;
    void decoded(url).then((image) => isOpen && setStencil({ url, stencil: stencilOf(image) }));
    return () => void (isOpen = false);
  }, [url]);
  return stencil !== undefined && stencil.url === url ? stencil.stencil : undefined;
}

/** The server's own drawing, where grown and feathered edges could only be guessed here. */
function useExact(session: PaintingSession, mask: string | undefined): Stencil | undefined {
  const { grow, feather } = useStore(session.painting);
  return useStencil(grow === 0 && feather === 0 ? undefined : mask);
}

/** Takes the tint that contrasts most with what the mask covers, until a person chooses one or the mask has begun. */
function useTint(
  session: PaintingSession,
  layer: { readonly current: MaskLayer | undefined },
  url: string | undefined,
  drawn: readonly [painting: Painting, stencil: Stencil | undefined],
): void {
  const [painting, stencil] = drawn;
  const chosenFor = useRef(false);
  useEffect(() => {
    // The picture of the earlier mask is on the way, and nothing is known of the mask before.
    if (painting.base !== undefined && stencil === undefined) return;
    const sample = layer.current?.sample();
    session.share.set(sample?.share ?? 0);
    if (sample === undefined || sample.share === 0) chosenFor.current = false;
    if (sample === undefined || sample.share === 0 || url === undefined || session.hasOwnTint || chosenFor.current)
      return;
    chosenFor.current = true;
    void decoded(url).then((image) => {
      const { width, height } = sample.size;
      const small = document.createElement('canvas');
      small.width = width;
      small.height = height;
      const context = small.getContext('2d');
      if (context === null || session.hasOwnTint) return;
      context.drawImage(image, 0, 0, width, height);
      session.tint.set(contrastingTint(meanUnder(context.getImageData(0, 0, width, height).data, sample.pixels)));
    });
  }, [session, layer, url, painting, stencil]);
}
