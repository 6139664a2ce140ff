import { useEffect, useState } from 'preact/hooks';
import type { Entry, Listing } from '../../model/answers.ts';
import { IconButton } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Slider } from '../../parts/fields.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Shown, Tile } from '../../parts/picture.tsx';
import { useStudio } from '../../session/studio.ts';

const OFFERED = 40;

/** Pictures that a new one follows, as the form has them. */
export interface ReferenceFields {
  readonly style?: string | undefined;
  readonly structure?: string | undefined;
  /** 1-100. */
  readonly strength: number;
}

/** A picture for the style and one for the composition, from the library. */
export function References(props: { fields: ReferenceFields; onChange: (fields: ReferenceFields) => void }) {
  const { fields, onChange } = props;
  const { t } = useStudio();
  const [choosing, setChoosing] = useState<'style' | 'structure' | undefined>(undefined);
  const slot = (which: 'style' | 'structure', label: string) => {
    const image = fields[which];
    if (image === undefined) {
      return (
        <button type="button" class="drop" onClick={() => setChoosing(which)}>
          <Icon name="picture" />
          <span>
            {label}
            <br />
            <span class="small quiet">{t.new.choose}</span>
          </span>
        </button>
      );
    }
    return (
      <div class="row">
        <span class="picture reference">
          <Shown image={image} quality="small" alt="" ratio={1} />
        </span>
        <span class="grow">
          <b class="small">{label}</b>
          {which === 'style' ? (
            <Slider
              label={t.new.strengthLabel}
              value={fields.strength}
              min={1}
              max={100}
              words={t.new.strength(fields.strength)}
              onChange={(strength) => onChange({ ...fields, strength })}
            />
          ) : null}
        </span>
        <IconButton icon="close" label={t.new.remove} onPress={() => onChange({ ...fields, [which]: undefined })} />
      </div>
    );
  };
  return (
    <fieldset class="field">
      <legend>{t.new.references}</legend>
      <div class="slots">
        {slot('style', t.new.styleLike)}
        {slot('structure', t.new.composition)}
      </div>
      {choosing === undefined ? null : (
        <Chooser
          onClose={() => setChoosing(undefined)}
          onChoose={(image) => {
            onChange({ ...fields, [choosing]: image });
            setChoosing(undefined);
          }}
        />
      )}
    </fieldset>
  );
}

function Chooser({ onClose, onChoose }: { onClose: () => void; onChoose: (image: string) => void }) {
  const studio = useStudio();
  const { t } = studio;
  const [entries, setEntries] = useState<readonly Entry[] | undefined>(undefined);
  useEffect(() => {
    void studio
      .call<Listing>('list_images', { kind: 'all', limit: OFFERED })
      .then(({ images = [] }) =>
        setEntries(images.filter(({ kind, seconds }) => kind !== 'mask' && seconds === undefined)),
      );
  }, [studio]);
  return (
    <Dialog title={t.new.choose} onClose={onClose}>
      {entries?.length === 0 ? <p class="quiet">{t.library.none}</p> : null}
      <div class="four">
        {(entries ?? []).map(({ image, prompt, file }) => (
          <Tile key={image} image={image} ratio={1} label={prompt ?? file ?? image} onPress={() => onChoose(image)} />
        ))}
      </div>
    </Dialog>
  );
}
