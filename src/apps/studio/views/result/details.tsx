import type { Picture, Work } from '../../model/answers.ts';
import { Icon } from '../../parts/icon.tsx';
import { useStore } from '../../session/store.ts';
import { useStudio } from '../../session/studio.ts';
import { Actions } from './actions.tsx';
import { Lineage } from './lineage.tsx';
import { OutcomeNotice } from './outcome.tsx';

/** What is known of a picture, and what can be done with it, in the order of use. */
export function Details({ work, picture, onWork }: { work: Work; picture: Picture; onWork: (work: Work) => void }) {
  const studio = useStudio();
  const { t } = studio;
  const warnings = work.warnings ?? [];
  return (
    <aside class="side" aria-label={t.result.details}>
      <section>
        <Actions work={work} picture={picture} onWork={onWork} />
        <OutcomeNotice work={work} onWork={onWork} />
      </section>
      {work.prompt === undefined ? null : (
        <section>
          <h2>{t.result.prompt}</h2>
          <p class="clamp8" dir="auto">
            {work.prompt}
          </p>
          {work.job === undefined ? null : (
            <button
              type="button"
              class="link small"
              onClick={() => {
                studio.prefilled.set(argumentsOf(work));
                studio.go({ view: 'new' });
              }}
            >
              {t.act.sameAgain}
            </button>
          )}
        </section>
      )}
      <Facts work={work} picture={picture} />
      <Lineage image={picture.image} work={work} />
      <Provenance work={work} picture={picture} />
      {warnings.length === 0 ? null : (
        <section>
          <h2>{t.result.warnings}</h2>
          {warnings.map((warning) => (
            <p key={warning} class="small" dir="auto">
              {warning}
            </p>
          ))}
        </section>
      )}
    </aside>
  );
}

/** What the form of a new picture takes over from a job. */
function argumentsOf({ prompt, model, size, count, tool }: Work) {
  const same = tool === 'generate_image' ? { model, size, count } : {};
  return Object.fromEntries(Object.entries({ prompt, ...same }).filter(([, value]) => value !== undefined));
}

function Facts({ work, picture }: { work: Work; picture: Picture }) {
  const studio = useStudio();
  const demo = useStore(studio.demo);
  const { t, f } = studio;
  const { cost, model, created_at: made } = work;
  const { edit } = picture;
  return (
    <section>
      <h2>{t.result.facts}</h2>
      <dl class="facts">
        {cost === undefined ? null : (
          <>
            <dt>{t.result.cost}</dt>
            <dd>{demo ? `${t.meter.demo[0]}: ${t.demo.toLowerCase()}` : t.costs(cost)}</dd>
          </>
        )}
        <dt>{t.result.size}</dt>
        <dd class="num" dir="ltr">
          {f.size(picture.width, picture.height)}
          {picture.bytes > 0 ? `, ${f.bytes(picture.bytes)}` : ''}
        </dd>
        {edit === undefined ? null : (
          <>
            <dt>{t.result.outside}</dt>
            <dd>
              {edit.kept === 'close' ? t.result.outsideClose : t.result.outsideKept}
              {edit.transition > 0 ? `, ${t.result.transition(edit.transition)}` : ''}
            </dd>
            <dt>{t.result.paintedAt}</dt>
            <dd class="num" dir="ltr">
              {edit.painted_at.replace('x', ' × ')}
            </dd>
          </>
        )}
        {model === undefined ? null : (
          <>
            <dt>{t.result.model}</dt>
            <dd>{t.model(model)}</dd>
          </>
        )}
        {picture.seed === undefined ? null : (
          <>
            <dt>{t.result.seed}</dt>
            <dd class="mono" dir="ltr">
              {picture.seed}
            </dd>
          </>
        )}
        {made === undefined ? null : (
          <>
            <dt>{t.result.made}</dt>
            <dd>{t.result.madeAt(made)}</dd>
          </>
        )}
        <dt>{t.result.handle}</dt>
        <dd class="mono" dir="ltr">
          {picture.image}
        </dd>
      </dl>
      {edit?.seam === 'check' ? <p class="small">{t.result.seamCheck}</p> : null}
    </section>
  );
}

function Provenance({ work, picture }: { work: Work; picture: Picture }) {
  const studio = useStudio();
  const { t } = studio;
  const isDemo = useStore(studio.demo);
  const kept = work.tool === undefined ? t.result.provenanceYours : t.result.provenanceKept;
  const signed = picture.edit?.adobe_picture;
  return (
    <section>
      <h2 class="row">
        <Icon name="seal" />
        {t.result.provenance}
      </h2>
      <p class="small">
        {isDemo ? t.result.provenanceDemo : picture.edit === undefined ? kept : t.result.provenanceComposite}
      </p>
      {signed === undefined ? null : (
        <button type="button" class="link small" onClick={() => studio.go({ view: 'picture', image: signed })}>
          {t.result.showAdobe}
        </button>
      )}
    </section>
  );
}
