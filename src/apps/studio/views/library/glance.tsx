import type { Entry } from '../../model/answers.ts';
import { Button } from '../../parts/button.tsx';
import { useStudio } from '../../session/studio.ts';
import { Lineage } from '../result/lineage.tsx';

/** The picture in focus, beside the grid: what it is, what it was made from, what can be done. */
export function Glance({ entry }: { entry: Entry }) {
  const studio = useStudio();
  const { t, f } = studio;
  const { image, prompt, file, seed, model, width, height, created_at: made } = entry;
  return (
    <aside class="side" aria-label={t.library.lineage}>
      <section>
        <h2 class="clamp4" dir="auto">
          {prompt ?? file ?? image}
        </h2>
        <dl class="facts">
          <dt>{t.result.size}</dt>
          <dd class="num" dir="ltr">
            {f.size(width, height)}
          </dd>
          {model === undefined ? null : (
            <>
              <dt>{t.result.model}</dt>
              <dd>{t.model(model)}</dd>
            </>
          )}
          {seed === undefined ? null : (
            <>
              <dt>{t.result.seed}</dt>
              <dd class="mono" dir="ltr">
                {seed}
              </dd>
            </>
          )}
          <dt>{t.result.made}</dt>
          <dd>{t.result.madeAt(made)}</dd>
          <dt>{t.result.handle}</dt>
          <dd class="mono" dir="ltr">
            {image}
          </dd>
        </dl>
        <div class="actgrid">
          <Button look="main" icon="picture" onPress={() => studio.go({ view: 'picture', image })}>
            {t.library.open}
          </Button>
          <Button icon="paint" onPress={() => studio.go({ view: 'paint', image })}>
            {t.act.editPart}
          </Button>
        </div>
      </section>
      <Lineage image={image} work={entry} />
    </aside>
  );
}
