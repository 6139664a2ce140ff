import { useEffect, useRef, useState } from 'preact/hooks';
import type { Work } from '../../model/answers.ts';
import { isFreeToCancel } from '../../model/answers.ts';
import { ratioOf } from '../../model/frames.ts';
import { priceOf } from '../../model/price.ts';
import { Button } from '../../parts/button.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Progress } from '../../parts/progress.tsx';
import { useStudio } from '../../session/studio.ts';

/** A job on its way: where it is, how long it may take, frames for what comes, and the way to cancel it. */
export function Waiting({ work, onWork }: { work: Work; onWork: (work: Work) => void }) {
  const studio = useStudio();
  const { t } = studio;
  const isQueued = isFreeToCancel(work.state);
  const percent = work.progress_percent;
  useSpokenQuarters(work);
  return (
    <>
      <div class="state">
        {isQueued ? <Icon name="clock" /> : <span class="spin" />}
        <span>
          <b>{stateOf(work, t)}</b>
          <span class="num">{timeOf(work, t)}</span>
        </span>
      </div>
      {isQueued ? null : <Progress percent={percent ?? 5} label={t.card.painting} />}
      <FrameGrid work={work} still={isQueued} />
      <CancelLine work={work} onWork={onWork} />
    </>
  );
}

type Words = ReturnType<typeof useStudio>['t'];

function stateOf(work: Work, t: Words): string {
  if (work.cancelling === true) return t.card.cancelling;
  if (isFreeToCancel(work.state)) return work.position === undefined ? t.card.queued : t.card.queuedAt(work.position);
  if (work.state === 'saving') return t.card.fetching;
  return work.state === 'submitting' ? t.card.sending : t.card.painting;
}

function timeOf(work: Work, t: Words): string {
  if (isFreeToCancel(work.state))
    return work.starts_in_seconds === undefined ? '' : t.card.startsIn(work.starts_in_seconds);
  if (work.progress_percent !== undefined && work.progress_percent > 0) return t.card.percent(work.progress_percent);
  return '';
}

/** Says the state at its changes and at each quarter, not each second. */
function useSpokenQuarters(work: Work): void {
  const studio = useStudio();
  const said = useRef('');
  useEffect(() => {
    const quarter = Math.floor((work.progress_percent ?? 0) / 25);
    const key = `${work.state} ${quarter}`;
    if (key === said.current) return;
    said.current = key;
    studio.say(`${stateOf(work, studio.t)}${timeOf(work, studio.t)}`);
  }, [work, studio]);
}

/** Frames in the exact shape of what comes, so that nothing moves when it is there. */
export function FrameGrid({ work, still }: { work: Work; still: boolean }) {
  const count = work.count ?? 1;
  return (
    <div class={count === 1 ? 'single' : 'four'} aria-hidden="true">
      {Array.from({ length: count }, (_, place) => (
        <div key={place} class={`placeholder ${still ? 'still' : ''}`} style={{ '--ar': ratioOf(work.size) }}>
          {count > 1 && still ? place + 1 : ''}
        </div>
      ))}
    </div>
  );
}

function CancelLine({ work, onWork }: { work: Work; onWork: (work: Work) => void }) {
  const studio = useStudio();
  const { t } = studio;
  const [busy, setBusy] = useState(false);
  if (work.job === undefined || !studio.bridge.can.callTools) return null;
  const isFree = isFreeToCancel(work.state);
  const cost = isFree || work.cost === undefined ? priceOf(work.tool ?? '', work.count ?? 1, work.model) : work.cost;
  const cancel = async (): Promise<void> => {
    setBusy(true);
    const answer = await studio.call<Work>('cancel_job', { job: work.job });
    setBusy(false);
    if (answer.job !== undefined) onWork(answer);
  };
  return (
    <div class="actions">
      <Button icon="close" disabled={busy || work.cancelling === true} onPress={() => void cancel()}>
        {isFree ? t.card.cancelFree : t.card.cancel}
      </Button>
      <span class="small quiet row">
        <Icon name="ticket" small />
        {studio.demo.value ? t.card.free : isFree ? t.card.willCost(cost) : t.card.mayCharge(cost)}
      </span>
    </div>
  );
}
