import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Picture } from '../../model/answers.ts';
import { Button, IconButton } from '../../parts/button.tsx';
import type { Viewing } from '../../parts/use-viewport.ts';
import { PaintingSession } from '../../session/painting/painting-session.ts';
import { useStore } from '../../session/store.ts';
import { useStudio } from '../../session/studio.ts';
import { Stage } from '../result/stage.tsx';
import type { Mode } from '../result/stage-mode.tsx';
import { Easel } from './easel.tsx';
import { MaskPanel } from './mask-panel.tsx';
import { painterKey } from './hands/painter-keys.ts';
import { useKeys } from './hands/use-keys.ts';
import { PromptBar } from './prompt-bar.tsx';
import { ToolOptions } from './tool-options.tsx';
import type { ToolHands } from './hands/tool-hands.ts';
import { ToolRail } from './tool-rail.tsx';
import { useInsets } from './use-insets.ts';
import { useKept } from './use-kept.ts';

/** Painting on a picture: tools, mask, words, and what Firefly made of them. */
export function PainterView({ picture, mask }: { picture: Picture; mask?: string | undefined }) {
  const studio = useStudio();
  const session = useMemo(() => new PaintingSession(studio, picture), [studio, picture]);
  useEffect(() => () => session.stop(), [session]);
  const back = useKept(session, mask);
  const draft = useStore(session.drafts.draft);
  const painting = useStore(session.painting);
  const work = useStore(session.work);
  const [comparing, setComparing] = useState(false);
  const [panel, setPanel] = useState(false);
  const made = work?.images?.[0];
  useEffect(() => setComparing(made !== undefined), [made?.image]);
  const percent = usePercent(session, draft?.painting === painting ? draft?.percent : undefined);
  return (
    <main class={`body painting-body ${panel ? 'with-panel' : ''}`}>
      <div class="paint">
        {comparing && made !== undefined ? (
          <Comparison session={session} made={made} onClose={() => setComparing(false)} />
        ) : (
          <Painting
            session={session}
            percent={percent}
            panel={panel}
            onPanel={() => setPanel(!panel)}
            {...(made === undefined ? {} : { onCompare: () => setComparing(true) })}
          />
        )}
        {back === undefined ? null : (
          <div class="floatbar kept-note" role="status">
            <span>{studio.t.paint.back(studio.f.time(back.at))}</span>
            <Button onPress={back.discard}>{studio.t.paint.discard}</Button>
            <IconButton icon="close" label={studio.t.close} onPress={back.close} />
          </div>
        )}
      </div>
      <MaskPanel session={session} percent={percent} />
    </main>
  );
}

interface PaintingProps {
  readonly session: PaintingSession;
  readonly percent: number;
  /** Whether a phone, which has no room beside the picture, shows the panel over it. */
  readonly panel: boolean;
  readonly onPanel: () => void;
  readonly onCompare?: () => void;
}

function Painting({ session, percent, panel, onPanel, onCompare }: PaintingProps) {
  const studio = useStudio();
  const { t } = studio;
  const [viewing, setViewing] = useState<Viewing | undefined>(undefined);
  const hands = useRef<ToolHands | undefined>(undefined);
  const current = useRef<Viewing | undefined>(undefined);
  const field = useRef<HTMLInputElement>(null);
  const [hidden, setHidden] = useState(false);
  const [original, setOriginal] = useState(false);
  const [space, setSpace] = useState(false);
  const insets = useInsets();
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === ' ') {
      event.preventDefault();
      return setSpace(true);
    }
    if (hands.current === undefined || current.current === undefined) return;
    const known = painterKey(event, {
      session,
      hands: hands.current,
      viewing: current.current,
      pans: space || session.tool.value === 'hand',
      toPrompt: () => field.current?.focus(),
      fill: () => field.current?.form?.querySelector<HTMLButtonElement>('.spend')?.click(),
      toggleTint: () => setHidden(!hidden),
      showOriginal: () => setOriginal(true),
      leave: () => studio.go({ view: 'picture', image: session.picture.image }),
    });
    if (!known) return;
    event.preventDefault();
    event.stopPropagation();
  };
  useKeys(
    onKeyDown,
    () => setSpace(false),
    () => setOriginal(false),
  );
  return (
    <>
      <Easel
        session={session}
        insets={insets}
        hidden={hidden}
        original={original}
        spaceHeld={space}
        onKeyDown={onKeyDown}
        onViewing={(now, tools) => {
          hands.current = tools;
          current.current = now;
          if (viewing?.view !== now.view) setViewing(now);
        }}
      />
      <ToolRail session={session} panel={panel} onPanel={onPanel} />
      <ToolOptions session={session} {...(onCompare === undefined ? {} : { compare: { on: false, set: onCompare } })} />
      <div class="floatbar zoomb" role="group" aria-label={t.zoom.view}>
        <IconButton icon="zoomOut" label={t.zoom.out} onPress={() => current.current?.zoomOut()} />
        <span class="num small level">{viewing === undefined ? '' : t.zoom.level(viewing.view.scale)}</span>
        <IconButton icon="zoomIn" label={t.zoom.in} onPress={() => current.current?.zoomIn()} />
        <IconButton icon="fullscreen" label={t.zoom.fit} onPress={() => current.current?.fit()} />
      </div>
      <PromptBar session={session} field={field} percent={percent} onDoubt={onPanel} />
    </>
  );
}

/** What came, with what was: the mask stays, and the ticket reads "Again". */
function Comparison({ session, made, onClose }: { session: PaintingSession; made: Picture; onClose: () => void }) {
  const studio = useStudio();
  const { t } = studio;
  const [mode, setMode] = useState<Mode>('split');
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <Stage
        picture={made}
        alt={session.work.value?.prompt ?? t.zoom.after}
        before={session.picture.image}
        mode={mode}
        modes={['before', 'split', 'after']}
        onMode={setMode}
      />
      <div class="floatbar after-fill">
        <Button icon="brush" onPress={onClose}>
          {t.paint.mask}
        </Button>
        <Button icon="check" look="main" onPress={() => studio.go({ view: 'paint', image: made.image })}>
          {t.paint.useResult}
        </Button>
        <Button icon="picture" onPress={() => open(studio, session)}>
          {t.result.details}
        </Button>
      </div>
      <PromptBar session={session} field={field} percent={session.drafts.draft.value?.percent ?? 0} />
    </>
  );
}

function open(studio: ReturnType<typeof useStudio>, session: PaintingSession): void {
  const work = session.work.value;
  if (work === undefined) return;
  studio.show(work);
  studio.go({ view: 'result' });
}

/** The share that is painted: the server's own count once it has one, an estimate until then. */
function usePercent(session: PaintingSession, exact: number | undefined): number {
  const estimate = useStore(session.share);
  return exact ?? estimate * 100;
}
