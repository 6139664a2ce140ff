import type { Step } from '../../model/mask/mask-history.ts';
import { TINTS, type Tint } from '../../model/mask/tint.ts';
import { Button } from '../../parts/button.tsx';
import { Choices, Slider } from '../../parts/fields.tsx';
import { Notice } from '../../parts/notice.tsx';
import type { PaintingSession } from '../../session/painting/painting-session.ts';
import { useStore } from '../../session/store.ts';
import { useStudio } from '../../session/studio.ts';
import { Swatch } from './prompt-bar.tsx';

const MOST_GROWTH = 64;
const WIDEST_FEATHER = 64;
/** Steps that are listed; undo knows all. */
const LISTED = 8;

/** All that is known of the mask, beside the picture. */
export function MaskPanel({ session, percent }: { session: PaintingSession; percent: number }) {
  const { t, f } = useStudio();
  const painting = useStore(session.painting);
  const fitting = useStore(session.fitting);
  const { fit } = painting.base ?? {};
  return (
    <aside class="side" aria-label={t.paint.mask}>
      <section>
        <h2>{t.paint.mask}</h2>
        <div class="row">
          <Swatch session={session} />
          <span class="grow">{t.paint.tinted}</span>
          <b class="num" data-testid="share">
            {f.percent(percent)}
          </b>
        </div>
        {fit === undefined ? null : <Confidence session={session} fit={fit} />}
      </section>
      <section>
        <h2>{t.paint.fitTitle}</h2>
        <div class="actgrid">
          <Button disabled={fitting || painting.shapes.length === 0} onPress={() => void session.fit()}>
            {t.paint.fitShapes}
          </Button>
          <Button disabled={fitting || painting.shapes.length > 0} onPress={() => void session.fit()}>
            {t.paint.findPerson}
          </Button>
        </div>
        <p class="small quiet">{t.paint.fitNote}</p>
      </section>
      <Edge session={session} grow={painting.grow} feather={painting.feather} />
      <Steps session={session} />
    </aside>
  );
}

function Confidence(props: {
  session: PaintingSession;
  fit: { confidence: 'good' | 'check' | 'doubtful'; reasons: readonly string[] };
}) {
  const { session, fit } = props;
  const { t } = useStudio();
  const { confidence, reasons } = fit;
  const { steps, at } = useStore(session.history);
  const bars = { good: 3, check: 2, doubtful: 1 }[confidence];
  return (
    <>
      <div class="row small">
        <span>{t.paint.fitIs}</span>
        <span class={`gauge grow ${confidence}`} aria-hidden="true">
          {[1, 2, 3].map((bar) => (
            <i key={bar} class={bar <= bars ? 'on' : ''} />
          ))}
        </span>
        <b>{t.paint.confidence[confidence]}</b>
      </div>
      {confidence === 'good' ? null : (
        <Notice
          kind={confidence === 'check' ? 'info' : 'warn'}
          title={confidence === 'check' ? t.paint.checkTitle : t.paint.doubtfulTitle}
        >
          {reasons.map((reason) => (
            <p key={reason}>{reason}</p>
          ))}
          <div class="actions">
            <Button icon="belongs" onPress={() => session.tool.set('belongs')}>
              {t.paint.addPoint}
            </Button>
            {/* Later, what is undone is another step. */}
            {steps[at - 1]?.kind === 'base' ? (
              <Button look="ghost" onPress={() => session.undo()}>
                {t.paint.undoFit}
              </Button>
            ) : null}
          </div>
        </Notice>
      )}
    </>
  );
}

function Edge({ session, grow, feather }: { session: PaintingSession; grow: number; feather: number }) {
  const { t } = useStudio();
  const tint = useStore(session.tint);
  const set = (edge: { grow?: number; feather?: number }): void => session.do({ kind: 'edge', grow, feather, ...edge });
  const names = Object.keys(TINTS) as Tint[];
  return (
    <section>
      <h2>{t.paint.edge}</h2>
      <Slider
        label={t.paint.grow}
        value={grow}
        min={-MOST_GROWTH}
        max={MOST_GROWTH}
        words={t.paint.px(grow)}
        onChange={(value) => set({ grow: value })}
      />
      <Slider
        label={t.paint.feather}
        value={feather}
        min={0}
        max={WIDEST_FEATHER}
        words={t.paint.px(feather)}
        onChange={(value) => set({ feather: value })}
      />
      <div class="row">
        <span class="small grow">{t.paint.tint}</span>
        <Choices
          class="tints"
          label={t.paint.tint}
          value={tint}
          options={names.map((name) => [
            name,
            <span key={name} class="tint" style={{ '--t': `var(--s-mask-${name})` }}>
              <span class="sr">{t.paint.tints[name]}</span>
            </span>,
          ])}
          onChange={(name) => {
            session.hasOwnTint = true;
            session.tint.set(name);
          }}
        />
      </div>
    </section>
  );
}

function Steps({ session }: { session: PaintingSession }) {
  const { t } = useStudio();
  const { steps, at } = useStore(session.history);
  if (at === 0) return null;
  const from = Math.max(0, at - LISTED);
  const name = (step: Step): string => {
    if (step.kind === 'base' && step.base.request === undefined) return t.paint.step.before;
    const key = step.kind === 'shapes' ? step.tool : step.kind;
    return t.paint.step[key as keyof typeof t.paint.step] ?? key;
  };
  return (
    <section>
      <h2>{t.paint.steps}</h2>
      <ol class="small steps" start={from + 1}>
        {steps.slice(from, at).map((step, place) => (
          <li key={from + place} class={from + place === at - 1 ? 'here' : 'quiet'}>
            {name(step)}
          </li>
        ))}
      </ol>
      <button type="button" class="link small" onClick={() => session.toStart()}>
        {t.paint.toStart}
      </button>
    </section>
  );
}
