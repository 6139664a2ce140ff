import type { Ref } from 'preact';
import { isOver } from '../../model/answers.ts';
import { isBlank } from '../../model/mask/mask-history.ts';
import { ofProblem } from '../../model/outcome.ts';
import { priceOf } from '../../model/price.ts';
import { Ticket } from '../../parts/button.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Progress } from '../../parts/progress.tsx';
import type { PaintingSession } from '../../session/painting/painting-session.ts';
import { useStore } from '../../session/store.ts';
import { useStudio } from '../../session/studio.ts';

interface PromptBarProps {
  readonly session: PaintingSession;
  readonly field: Ref<HTMLInputElement>;
  /** 0-100. */
  readonly percent: number;
  /** Shows what is doubtful about a fit, where no panel does. */
  readonly onDoubt?: () => void;
}

/** What goes into the tinted part, and the ticket that paints it. */
export function PromptBar({ session, field, percent, onDoubt }: PromptBarProps) {
  const studio = useStudio();
  const { t } = studio;
  const painting = useStore(session.painting);
  const problem = useStore(session.problem);
  const work = useStore(session.work);
  const connection = useStore(studio.connection);
  const overview = useStore(studio.overview);
  const prompt = useStore(session.prompt);
  const blank = isBlank(painting);
  const fitting = useStore(session.fitting);
  const confidence = painting.base?.fit?.confidence ?? 'good';
  const isRunning = work !== undefined && !isOver(work.state);
  const budget = overview?.own_budget ?? overview?.budget;
  const off = blank || connection !== 'good';
  const shown = problem === undefined ? undefined : ofProblem(problem, t, studio.demo.value);
  return (
    <form class="prompt" onSubmit={(event) => event.preventDefault()}>
      {shown === undefined ? null : (
        <Notice {...shown}>
          <p dir="auto">{shown.words}</p>
        </Notice>
      )}
      {isRunning ? <Progress percent={work.progress_percent ?? 5} label={t.paint.working} /> : null}
      <div class="line">
        <input
          ref={field}
          class="input"
          value={prompt}
          placeholder={t.paint.promptEmpty}
          aria-label={t.paint.prompt}
          dir="auto"
          maxLength={1024}
          onInput={(event) => session.prompt.set(event.currentTarget.value)}
        />
        <Ticket
          verb={work === undefined ? t.paint.fill : t.paint.again}
          cost={priceOf('fill_image')}
          disabled={off || isRunning}
          describedBy="fill-state"
          onSpend={() => session.fill()}
        />
      </div>
      <div class="meta" id="fill-state">
        {fitting ? (
          <span class="row">
            <span class="spin" />
            {t.paint.fitting}
          </span>
        ) : null}
        {blank ? (
          <span>
            {t.paint.empty} <span class="hide-s">{t.paint.emptyKeys}</span>
          </span>
        ) : (
          <>
            <span class="num">
              <Swatch session={session} />
              {t.paint.painted(percent)}
            </span>
            {budget === undefined ? null : <span class="num">{t.card.leftToday(budget.left)}</span>}
            <KeptDot session={session} />
            {confidence === 'good' || onDoubt === undefined ? null : (
              <button type="button" class="link only-s" onClick={onDoubt}>
                {confidence === 'check' ? t.paint.checkTitle : t.paint.doubtfulTitle}
              </button>
            )}
          </>
        )}
      </div>
    </form>
  );
}

/** The colour of the mask, with its hatch. */
export function Swatch({ session }: { session: PaintingSession }) {
  const tint = useStore(session.tint);
  return <span class="swatch" style={{ '--t': `var(--s-mask-${tint})` }} />;
}

/** Whether what is painted is kept. */
function KeptDot({ session }: { session: PaintingSession }) {
  const { t } = useStudio();
  const state = useStore(session.drafts.state);
  const words = { none: '', keeping: t.paint.keeping, kept: t.paint.kept, failed: t.paint.notKept };
  if (state === 'none') return null;
  return (
    <span class={`kept ${state}`} data-testid="kept">
      <i aria-hidden="true" />
      {words[state]}
    </span>
  );
}
