import { useState } from 'preact/hooks';
import type { CustomModels } from '../../model/answers.ts';
import { isByResolution, legalFor, type Model, nearestRatio, type Picks, shapeOf } from '../../model/choices.ts';
import { ratioOf } from '../../model/frames.ts';
import { Tabs } from '../../parts/button.tsx';
import { Choices, Field } from '../../parts/fields.tsx';
import { useStudio } from '../../session/studio.ts';

interface ModelFieldsProps {
  readonly models: readonly Model[];
  /** Custom models. */
  readonly own: NonNullable<CustomModels['models']>;
  readonly model: Model;
  readonly picks: Picks;
  readonly custom: string | undefined;
  readonly onPicks: (picks: Picks) => void;
  readonly onCustom: (custom: string | undefined) => void;
}

/** Longest side of the drawing of a shape, pixels. */
const DRAWN = 30;

/** Model, shape, size and number; what a model cannot make is not offered, and what was picked moves to the nearest. */
export function ModelFields({ models, own, model, picks, custom, onPicks, onCustom }: ModelFieldsProps) {
  const { t, f } = useStudio();
  const [moved, setMoved] = useState('');
  const plain = models.filter(({ note }) => note === undefined);
  const chooseModel = (name: string): void => {
    const chosenOwn = own.find(({ custom_model: id }) => `custom ${id}` === name);
    const next =
      models.find((one) => one.model === (chosenOwn?.model_header ?? name)) ??
      models.find((one) => one.note !== undefined);
    onCustom(chosenOwn?.custom_model);
    if (next === undefined) return;
    const legal = legalFor(next, picks);
    setMoved(
      !isByResolution(next) && legal.size !== picks.size
        ? t.new.moved(legal.size.replace('x', ' × '))
        : legal.count === picks.count
          ? ''
          : t.new.moved(t.pictures(legal.count)),
    );
    onPicks(legal);
  };
  const sizes = model.sizes ?? [];
  const isPlain = isByResolution(model);
  return (
    <>
      <fieldset class="field">
        <legend>{t.new.model}</legend>
        <Choices
          class="choices"
          label={t.new.model}
          value={custom === undefined ? picks.model : `custom ${custom}`}
          options={[
            ...plain.map(
              (one) =>
                [
                  one.model,
                  <>
                    <b>{t.model(one.model)}</b>
                    <span class="small quiet">{t.new.modelNotes[one.model] ?? ''}</span>
                  </>,
                ] as const,
            ),
            ...own.map(
              (one) =>
                [
                  `custom ${one.custom_model}`,
                  <>
                    <b dir="auto">{one.name ?? one.custom_model}</b>
                    <span class="small quiet">{t.new.customNote}</span>
                  </>,
                ] as const,
            ),
          ]}
          onChange={chooseModel}
        />
      </fieldset>
      <div class="row wrap top-aligned wide-gap">
        <fieldset class="field">
          <legend>{t.new.shape}</legend>
          <Choices
            class="ratios"
            label={t.new.shape}
            value={isPlain ? picks.ratio : picks.size}
            options={(isPlain ? model.aspect_ratios : sizes).map(
              (one) => [one, <Shape key={one} of={one} ratios={model.aspect_ratios} />] as const,
            )}
            onChange={(one) => onPicks({ ...picks, ...(isPlain ? { ratio: one } : { size: one }) })}
          />
          <span class="small quiet" role="status">
            {moved}
          </span>
        </fieldset>
        {isPlain ? (
          <Field label={t.new.resolution}>
            {(id) => (
              <select
                id={id}
                class="input"
                value={picks.resolution}
                onChange={(event) => onPicks({ ...picks, resolution: event.currentTarget.value })}
              >
                {(model.resolutions ?? []).map((one) => (
                  <option key={one}>{one}</option>
                ))}
              </select>
            )}
          </Field>
        ) : (
          <fieldset class="field">
            <legend>{t.new.count}</legend>
            <Tabs
              label={t.new.count}
              value={picks.count}
              options={Array.from(
                { length: model.most_pictures },
                (_, place) => [place + 1, f.number(place + 1)] as const,
              )}
              onChange={(count) => onPicks({ ...picks, count })}
            />
          </fieldset>
        )}
      </div>
    </>
  );
}

function Shape({ of, ratios }: { of: string; ratios: readonly string[] }) {
  const isRatio = of.includes(':');
  const ratio = isRatio ? shapeOf(of) : ratioOf(of);
  const width = Math.round(ratio >= 1 ? DRAWN : DRAWN * ratio);
  const height = Math.round(ratio >= 1 ? DRAWN / ratio : DRAWN);
  return (
    <>
      <i style={{ '--w': `${width}px`, '--h': `${height}px` }} />
      <b dir="ltr">{isRatio ? of : nearestRatio(ratios, of)}</b>
      {isRatio ? null : <span dir="ltr">{of.replace('x', '×')}</span>}
    </>
  );
}
