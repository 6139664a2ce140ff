import { seedsOf } from '../../model/choices.ts';
import { Tabs } from '../../parts/button.tsx';
import { Field } from '../../parts/fields.tsx';
import { Icon } from '../../parts/icon.tsx';
import { useStudio } from '../../session/studio.ts';

/** What few people change. */
export interface FurtherWishes {
  readonly seeds: string;
  readonly avoid: string;
  readonly kind: 'any' | 'photo' | 'art';
}

/** Seeds, what to avoid, the kind of picture: folded, since the defaults are good. */
export function Further(props: {
  readonly wishes: FurtherWishes;
  readonly isPlain: boolean;
  readonly hasAvoid: boolean;
  readonly onChange: (wishes: FurtherWishes) => void;
}) {
  const { wishes, isPlain, onChange } = props;
  const { t } = useStudio();
  return (
    <details>
      <summary>
        <Icon name="chevron" small />
        {t.new.further}
      </summary>
      <div class="slots">
        <Field label={t.new.seeds}>
          {(id) => (
            <input
              id={id}
              class="input mono"
              inputMode="numeric"
              value={wishes.seeds}
              placeholder={t.new.random}
              aria-invalid={seedsOf(wishes.seeds) === undefined}
              onInput={(event) => onChange({ ...wishes, seeds: event.currentTarget.value })}
            />
          )}
        </Field>
        {isPlain || !props.hasAvoid ? null : (
          <Field label={t.new.avoid}>
            {(id) => (
              <input
                id={id}
                class="input"
                dir="auto"
                maxLength={1024}
                value={wishes.avoid}
                placeholder={t.new.avoidExample}
                onInput={(event) => onChange({ ...wishes, avoid: event.currentTarget.value })}
              />
            )}
          </Field>
        )}
        {isPlain ? null : (
          <fieldset class="field">
            <legend>{t.new.kind}</legend>
            <Tabs
              label={t.new.kind}
              value={wishes.kind}
              options={(['any', 'photo', 'art'] as const).map((kind) => [kind, t.new.kinds[kind]] as const)}
              onChange={(kind) => onChange({ ...wishes, kind })}
            />
          </fieldset>
        )}
      </div>
    </details>
  );
}
