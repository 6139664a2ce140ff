import { useEffect, useState } from 'preact/hooks';
import type { Batch, Overview } from '../../model/answers.ts';
import { type Share, Shares } from '../../parts/progress.tsx';
import { useStudio } from '../../session/studio.ts';
import { Cancel } from './cancel.tsx';

type Line = NonNullable<Overview['batches']>[number];

const LOOKS = [
  ['succeeded', 'ok'],
  ['running', 'run'],
  ['failed', 'bad'],
  ['unknown', 'unk'],
] as const;

/** Batches under way and the newest ended ones. */
export function Batches({ batches }: { batches: readonly Line[] }) {
  const { t } = useStudio();
  if (batches.length === 0) return null;
  return (
    <section class="stack">
      <h2>{t.queue.batches}</h2>
      {batches.map((line) => (
        <BatchPanel key={line.batch} line={line} />
      ))}
    </section>
  );
}

function BatchPanel({ line }: { line: Line }) {
  const studio = useStudio();
  const { t } = studio;
  const [batch, setBatch] = useState<Batch | undefined>(undefined);
  useEffect(() => {
    let isOpen = true;
    void studio
      .call<Batch>('job_status', { job: line.batch, wait_seconds: 0 })
      .then((found) => isOpen && found.error === undefined && setBatch(found));
    return () => void (isOpen = false);
  }, [studio, line.batch, line.summary]);
  const { counts, total = 0 } = batch ?? {};
  const isActive = line.batch_state === 'active' || line.batch_state === 'paused';
  const names = Object.keys(t.queue.counts) as (keyof typeof t.queue.counts)[];
  const words = names
    .filter((name) => (counts?.[name] ?? 0) > 0)
    .map((name) => t.queue.counts[name](counts?.[name] ?? 0));
  const shares = LOOKS.map(([name, look]): Share => ({ value: counts?.[name] ?? 0, look }));
  return (
    <div class="panel">
      <div class="row">
        <h3 class="grow clamp1" dir="auto">
          {batch === undefined ? line.batch : t.queue.batchOf(t.tool(batch.tool ?? ''), total)}
        </h3>
        {batch?.ends_in_seconds === undefined ? null : (
          <span class="small quiet num">{t.queue.endsIn(batch.ends_in_seconds)}</span>
        )}
      </div>
      {counts === undefined ? null : (
        <>
          <Shares shares={shares} of={total} label={words.join(', ')} />
          <p class="legend num">{words.join(' · ')}</p>
        </>
      )}
      <p class="small quiet" dir="auto">
        {line.summary}
      </p>
      {isActive ? (
        <div class="actions">
          <Cancel job={line.batch} isFree words={t.queue.cancelRest} />
          <span class="small quiet">{t.queue.batchNote}</span>
        </div>
      ) : null}
    </div>
  );
}
