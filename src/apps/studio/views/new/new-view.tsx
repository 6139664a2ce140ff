import { useEffect, useState } from 'preact/hooks';
import type { Work } from '../../model/answers.ts';
import { isByResolution, legalFor, type Picks, seedsOf } from '../../model/choices.ts';
import { wordsOf } from '../../model/outcome.ts';
import { priceOf } from '../../model/price.ts';
import { Ticket } from '../../parts/button.tsx';
import { Field } from '../../parts/fields.tsx';
import { spend } from '../../session/jobs.ts';
import { useStore } from '../../session/store.ts';
import { useStudio } from '../../session/studio.ts';
import { Further, type FurtherFields } from './further.tsx';
import { ModelFields } from './model-fields.tsx';
import { Preview } from './preview.tsx';
import { References, type ReferenceFields } from './references.tsx';
import { Styles } from './styles.tsx';
import { useOffers } from './use-offers.ts';

/** A new picture: words first, then what the chosen model can make of them. */
export function NewView({ onWork }: { onWork: (work: Work) => void }) {
  const studio = useStudio();
  const { t } = studio;
  const prefilled = useStore(studio.prefilled);
  const known = useOffers();
  const [prompt, setPrompt] = useState(text(prefilled['prompt']));
  const [picks, setPicks] = useState<Picks | undefined>(undefined);
  const [custom, setCustom] = useState<string | undefined>(undefined);
  const [styles, setStyles] = useState<readonly string[]>([]);
  const [references, setReferences] = useState<ReferenceFields>({
    style: text(prefilled['style_image']) || undefined,
    strength: 50,
  });
  const [further, setFurther] = useState<FurtherFields>({ seeds: '', avoid: '', kind: 'any' });
  /** What a check has said, and of which arguments. */
  const [checked, setChecked] = useState({ words: '', of: '' });
  useEffect(() => {
    if (known === undefined) return;
    const { default: usual, models } = known;
    const first = models.find(({ model }) => model === (prefilled['model'] ?? usual)) ?? models[0];
    const { size, count } = prefilled;
    const from = { ...(typeof size === 'string' ? { size } : {}), count: typeof count === 'number' ? count : 1 };
    // Custom models that come later change nothing that was picked.
    if (first !== undefined) setPicks((now) => now ?? legalFor(first, from));
  }, [known, prefilled]);

  const model = known?.models.find((one) => one.model === picks?.model);
  if (model === undefined || picks === undefined) {
    return (
      <main class="empty" aria-busy="true">
        <span class="spin" />
      </main>
    );
  }
  const isPlain = isByResolution(model);
  const seeds = seedsOf(further.seeds) ?? [];
  const extras = isPlain
    ? {}
    : {
        ...(styles.length > 0 ? { style_presets: styles } : {}),
        ...(references.style === undefined
          ? {}
          : { style_image: references.style, style_strength: references.strength }),
        ...(references.structure === undefined ? {} : { structure_image: references.structure }),
        ...(further.avoid.trim() === '' || custom !== undefined ? {} : { negative_prompt: further.avoid.trim() }),
        ...(further.kind === 'any' ? {} : { content_class: further.kind }),
      };
  const args = {
    prompt: prompt.trim(),
    ...(custom === undefined ? { model: picks.model } : { custom_model: custom }),
    ...(isPlain
      ? { aspect_ratio: picks.ratio, resolution: picks.resolution }
      : { size: picks.size, count: picks.count }),
    ...(seeds.length > 0 ? { seeds } : {}),
    ...extras,
  };
  const cost = priceOf('generate_image', picks.count, picks.model);
  const isEmpty = prompt.trim() === '';
  const check = async (): Promise<void> => {
    const answer = await studio.call<{ summary?: string }>('generate_image', { ...args, dry_run: true });
    const words = answer.error === undefined ? (answer.summary ?? '') : wordsOf(answer.error);
    setChecked({ words, of: JSON.stringify(args) });
  };
  return (
    <main class="scroll new" tabIndex={-1}>
      <div class="page two">
        <form class="form" onSubmit={(event) => event.preventDefault()}>
          <h1>{t.new.title}</h1>
          <Field label={t.new.prompt}>
            {(id) => (
              <>
                <textarea
                  id={id}
                  class="input"
                  dir="auto"
                  value={prompt}
                  maxLength={model.longest_prompt}
                  onInput={(event) => setPrompt(event.currentTarget.value)}
                />
                <span class="row small quiet">
                  <span class="grow">{t.new.promptNote}</span>
                  <span class="num">{t.new.length(Array.from(prompt).length, model.longest_prompt)}</span>
                </span>
              </>
            )}
          </Field>
          <ModelFields
            models={known?.models ?? []}
            own={known?.own ?? []}
            model={model}
            picks={picks}
            custom={custom}
            onPicks={setPicks}
            onCustom={setCustom}
          />
          {isPlain ? null : (
            <>
              <Styles all={known?.styles ?? []} chosen={styles} onChange={setStyles} />
              <References fields={references} onChange={setReferences} />
            </>
          )}
          <Further fields={further} isPlain={isPlain} hasAvoid={custom === undefined} onChange={setFurther} />
        </form>
        <Preview picks={picks} isPlain={isPlain} cost={cost} />
      </div>
      <div class="submit">
        <Ticket
          verb={t.new.generate(picks.count)}
          cost={cost}
          disabled={isEmpty}
          describedBy="new-state"
          onSpend={async () => onWork({ tool: 'generate_image', ...(await spend(studio, 'generate_image', args)) })}
        />
        <span class="small quiet grow" id="new-state" role="status" dir="auto">
          {isEmpty ? t.new.needPrompt : checked.of === JSON.stringify(args) ? checked.words : ''}
        </span>
        <button type="button" class="link small" disabled={isEmpty} onClick={() => void check()}>
          {t.new.check}
        </button>
      </div>
    </main>
  );
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
