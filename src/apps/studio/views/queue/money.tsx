import type { Access, Budget, Cost, Quota } from '../../model/answers.ts';
import { Notice } from '../../parts/notice.tsx';
import { QuotaMarks, Shares } from '../../parts/progress.tsx';
import { useStore } from '../../session/store.ts';
import { useStudio } from '../../session/studio.ts';

/** What one tool has cost. */
export interface Usage {
  readonly tool: string;
  readonly cost: Cost;
}

/** Who answers, whether the access works, and what mends it where it does not. */
export function AccessPanel({ access }: { access: Access }) {
  const { t } = useStudio();
  const { service, works, seconds_ago: age, message, next } = access;
  return (
    <div class="panel">
      <h2>{t.queue.access}</h2>
      {works === false ? (
        <Notice kind="bad" title={t.queue.accessOf(access)}>
          <p dir="auto">{`${message ?? ''} ${next ?? ''}`}</p>
        </Notice>
      ) : (
        <p>{t.queue.accessOf(access)}</p>
      )}
      {age === undefined || service === 'emulator' ? null : <p class="small quiet">{t.queue.accessSaid(age)}</p>}
    </div>
  );
}

/** Requests of this minute. */
export function Minute({ quota }: { quota: Quota }) {
  const { t } = useStudio();
  const { minute_resets_in_seconds: next, held_for_seconds: held } = quota;
  return (
    <div class="panel">
      <h2>{t.queue.minute}</h2>
      <div class="row">
        <span class="big num">{t.queue.free(quota)}</span>
        <span class="small quiet">
          {t.queue.requestsFree} {next === undefined ? '' : t.queue.nextIn(next)}
        </span>
      </div>
      <QuotaMarks quota={quota} />
      {held === undefined ? null : <p class="small">{t.queue.held(held)}</p>}
    </div>
  );
}

/** Operations of the day: spent, promised, left; and for what. */
export function Day({ budget, spent }: { budget: Budget | undefined; spent: readonly Usage[] }) {
  const studio = useStudio();
  const { t, f } = studio;
  const demo = useStore(studio.demo);
  return (
    <div class="panel">
      <h2>{t.queue.day}</h2>
      {demo ? <p>{`${t.meter.demo[0]} ${t.meter.demo[1]}.`}</p> : null}
      {budget === undefined ? (
        <p class="quiet small">{t.queue.noBudget}</p>
      ) : (
        <>
          <div class="row">
            <span class="big num">{f.number(budget.left)}</span>
            <span class="small quiet">
              {t.queue.leftOf(budget)}{' '}
              {budget.resets_in_seconds === undefined ? '' : t.queue.moreIn(budget.resets_in_seconds)}
            </span>
          </div>
          <Shares
            of={budget.per_24_hours}
            label={[t.queue.spent(budget.used), t.queue.promised(budget.waiting), t.queue.left(budget.left)].join(', ')}
            shares={[
              { value: budget.used, look: 'ink' },
              { value: budget.waiting, look: 'hold' },
            ]}
          />
          <p class="legend num">{[t.queue.spent(budget.used), t.queue.promised(budget.waiting)].join(' · ')}</p>
        </>
      )}
      {spent.length === 0 ? (
        <p class="small quiet">{t.queue.empty}</p>
      ) : (
        <table class="table num">
          <thead>
            <tr>
              <th scope="col">{t.queue.what}</th>
              <th scope="col">{t.queue.requestsHead}</th>
              <th scope="col">{t.queue.operationsHead}</th>
            </tr>
          </thead>
          <tbody>
            {spent.map(({ tool, cost }) => (
              <tr key={tool}>
                <td>{`${t.tool(tool)}${cost.estimate ? ', est.' : ''}`}</td>
                <td>{f.number(cost.requests)}</td>
                <td>{f.number(cost.operations)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
