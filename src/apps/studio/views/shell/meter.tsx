import { QuotaMarks } from '../../parts/progress.tsx';
import { useStore } from '../../session/store.ts';
import { useStudio } from '../../session/studio.ts';

/** What is left: requests of this minute, operations of the day. Opens the queue. */
export function Meter() {
  const studio = useStudio();
  const { t } = studio;
  const overview = useStore(studio.overview);
  const demo = useStore(studio.demo);
  const quota = overview?.quota;
  if (quota === undefined) return null;
  const budget = overview?.own_budget ?? overview?.budget;
  const [strong, rest] =
    overview?.access?.works === false
      ? t.meter.noAccess
      : demo
        ? t.meter.demo
        : budget === undefined
          ? ['', '']
          : t.meter.left(budget);
  return (
    <button type="button" class="meter" onClick={() => studio.go({ view: 'queue' })}>
      <QuotaMarks quota={quota} />
      <span class="num">
        <span class="long">{t.meter.requestsFree(quota)}</span>
        {strong === '' ? null : (
          <span>
            <b>{strong}</b> {rest}
          </span>
        )}
      </span>
      <span class="sr">. {t.meter.open}</span>
    </button>
  );
}
