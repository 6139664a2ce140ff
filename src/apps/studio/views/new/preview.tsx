import type { Cost } from '../../model/answers.ts';
import { type Picks, shapeOf } from '../../model/choices.ts';
import { ratioOf } from '../../model/frames.ts';
import { useStore } from '../../session/store.ts';
import { useStudio } from '../../session/studio.ts';

/** The frame of what comes, and its price. */
export function Preview({ picks, isPlain, cost }: { picks: Picks; isPlain: boolean; cost: Cost }) {
  const studio = useStudio();
  const { t } = studio;
  const demo = useStore(studio.demo);
  const overview = useStore(studio.overview);
  const budget = overview?.own_budget ?? overview?.budget;
  const ratio = isPlain ? shapeOf(picks.ratio) : ratioOf(picks.size);
  return (
    <aside class="stack hide-s" aria-label={t.new.price}>
      <div class="frame">
        <div style={{ '--ar': ratio, '--arn': ratio }}>
          <span class="num">
            {isPlain ? `${picks.ratio}, ${picks.resolution}` : `${picks.size.replace('x', ' × ')} px`}
            <br />
            <span class="quiet">{picks.count > 1 ? t.new.each(picks.count) : '\u00a0'}</span>
          </span>
        </div>
      </div>
      <div class="panel">
        <h2>{t.new.price}</h2>
        <p>{demo ? t.demoNote : t.costs(cost)}</p>
        {budget === undefined || demo ? null : (
          <p class="quiet small">{t.new.leftThen(budget.left, Math.max(0, budget.left - cost.operations))}</p>
        )}
      </div>
    </aside>
  );
}
