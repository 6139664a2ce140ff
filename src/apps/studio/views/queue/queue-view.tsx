import { useEffect, useState } from 'preact/hooks';
import type { Cost, Overview } from '../../model/answers.ts';
import { isFreeToCancel, isOver } from '../../model/answers.ts';
import { Button } from '../../parts/button.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Shown } from '../../parts/picture.tsx';
import { useStore } from '../../session/store.ts';
import { useStudio } from '../../session/studio.ts';
import { Batches } from './batches.tsx';
import { Cancel } from './cancel.tsx';
import { AccessPanel, Day, Minute, type Usage } from './money.tsx';

/** How often the queue is asked for while it is looked at. */
const EVERY_MS = 3000;

type Line = NonNullable<Overview['jobs']>[number];

/** What waits, runs and has ended, with the quota of the minute and the money of the day beside it. */
export function QueueView() {
  const studio = useStudio();
  const { t } = studio;
  const overview = useStore(studio.overview);
  const [spent, setSpent] = useState<readonly Usage[]>([]);
  useEffect(() => {
    const refresh = (): void => void studio.refresh();
    refresh();
    const timer = setInterval(refresh, EVERY_MS);
    void studio
      .read<{ readonly spent?: { readonly tools?: readonly Usage[] } }>('firefly://usage')
      .then((usage) => setSpent(usage?.spent?.tools ?? []));
    return () => clearInterval(timer);
  }, [studio]);
  const jobs = overview?.jobs ?? [];
  const unknown = jobs.filter(({ state }) => state === 'submit_unknown');
  const current = jobs.filter(({ state }) => !isOver(state));
  const recent = jobs.filter((job) => isOver(job.state) && job.state !== 'submit_unknown');
  const { quota } = overview ?? {};
  const budget = overview?.own_budget ?? overview?.budget;
  return (
    <main class="scroll" tabIndex={-1}>
      <div class="page two">
        <div class="stack wide-gap">
          <Section title={t.queue.now} level={1} jobs={current} empty={t.queue.idle} />
          {unknown.length === 0 ? null : (
            <section class="stack">
              <h2>{t.queue.needsYou}</h2>
              {unknown.map((job) => (
                <NeedsYou key={job.job} job={job} />
              ))}
            </section>
          )}
          <Batches batches={overview?.batches ?? []} />
          {recent.length === 0 ? null : <Section title={t.queue.recent} level={2} jobs={recent} empty="" />}
        </div>
        {quota === undefined ? null : (
          <aside class="stack" aria-label={t.meter.open}>
            {overview?.access === undefined ? null : <AccessPanel access={overview.access} />}
            <Minute quota={quota} />
            <Day budget={budget} spent={spent} />
            <p class="small quiet">{t.queue.note(quota)}</p>
          </aside>
        )}
      </div>
    </main>
  );
}

function Section(props: { title: string; level: 1 | 2; jobs: readonly Line[]; empty: string }) {
  const { title, level, jobs, empty } = props;
  return (
    <section class="stack">
      {level === 1 ? <h1>{title}</h1> : <h2>{title}</h2>}
      {jobs.length === 0 ? <p class="quiet">{empty}</p> : null}
      <ul>
        {jobs.map((job) => (
          <JobLine key={job.job} job={job} />
        ))}
      </ul>
    </section>
  );
}

function JobLine({ job }: { job: Line }) {
  const studio = useStudio();
  const { t } = studio;
  const [image] = job.images;
  const isFree = isFreeToCancel(job.state);
  return (
    <li class="job">
      {image === undefined ? (
        <span class={`placeholder ${isOver(job.state) || isFree ? 'still' : ''}`}>
          {isFree ? <Icon name="clock" /> : isOver(job.state) ? <Icon name="picture" /> : <span class="spin" />}
        </span>
      ) : (
        <span class="picture">
          <Shown image={image} quality="small" alt="" ratio={1} />
        </span>
      )}
      <div class="grow">
        <h3 class="clamp1" dir="auto">
          {job.prompt ?? job.job}
        </h3>
        <div class="small quiet" dir="auto">
          {job.summary}. {costOf(job.cost, studio)}
        </div>
      </div>
      {isOver(job.state) ? (
        <Button onPress={() => studio.go({ view: 'job', job: job.job })}>{t.library.open}</Button>
      ) : (
        <Cancel job={job.job} isFree={isFree} />
      )}
    </li>
  );
}

function costOf(cost: Cost, { t, demo }: ReturnType<typeof useStudio>): string {
  if (demo.value) return '';
  return cost.requests === 0 ? t.outcome.nothingCharged : t.card.cost(cost);
}

function NeedsYou({ job }: { job: Line }) {
  const studio = useStudio();
  const { t } = studio;
  return (
    <Notice kind="warn" title={t.outcome.unknown} money={t.outcome.unknownMoney(job.cost.operations)}>
      <p dir="auto">{job.prompt}</p>
      <div class="actions">
        <Button onPress={() => studio.go({ view: 'job', job: job.job })}>{t.queue.decide}</Button>
      </div>
    </Notice>
  );
}
