import { seedsOf } from '../../model/choices.ts';
import { Tabs } from '../../parts/button.tsx';
import { Field } from '../../parts/fields.tsx';
import { Icon } from '../../parts/icon.tsx';
import { useStudio } from '../../session/studio.ts';

/** Fields that few people change, as the form has them. */
export interface FurtherFields {
  readonly seeds: string;
  readonly avoid: string;
  readonly kind: 'any' | 'photo' | 'art';
}

/** Seeds, what to avoid, the kind of picture: folded, since the defaults are good. */
export function Further(props: {
  readonly fields: FurtherFields;
  readonly isPlain: boolean;
  readonly hasAvoid: boolean;
  readonly onChange: (fields: FurtherFields) => void;
}) {
  const { fields, isPlain, onChange } = props;
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
              value={fields.seeds}
              placeholder={t.new.random}
              aria-invalid={seedsOf(fields.seeds) === undefined}
              onInput={(event) => onChange({ ...fields, seeds: event.currentTarget.value })}
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
                value={fields.avoid}
                placeholder={t.new.avoidExample}
                onInput={(event) => onChange({ ...fields, avoid: event.currentTarget.value })}
              />
            )}
          </Field>
        )}
        {isPlain ? null : (
          <fieldset class="field">
            <legend>{t.new.kind}</legend>
            <Tabs
              label={t.new.kind}
              value={fields.kind}
              options={(['any', 'photo', 'art'] as const).map((kind) => [kind, t.new.kinds[kind]] as const)}
              onChange={(kind) => onChange({ ...fields, kind })}
            />
          </fieldset>
        )}
      </div>
    </details>
  );
}
