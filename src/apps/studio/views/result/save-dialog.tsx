import { useState } from 'preact/hooks';
import type { SavedResult } from '../../../../render/library-schemas.ts';
import { ofProblem } from '../../model/outcome.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/fields.tsx';
import { Notice } from '../../parts/notice.tsx';
import { useStudio } from '../../session/studio.ts';

const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/webp': '.webp',
};

/** Saves pictures into the folder that the server writes under, or gives one to the person as a file. */
export function SaveDialog(props: { images: readonly string[]; prompt?: string | undefined; onClose: () => void }) {
  const { images, onClose } = props;
  const studio = useStudio();
  const { t } = studio;
  const [name, setName] = useState('');
  const [size, setSize] = useState('');
  const [state, setState] = useState<{ busy?: boolean; result?: SavedResult }>({});
  const [image] = images;

  const save = async (): Promise<void> => {
    setState({ busy: true });
    const given = {
      ...(name.trim() === '' ? {} : { name: name.trim() }),
      ...(size.trim() === '' ? {} : { size: size.trim() }),
    };
    const which = images.length === 1 ? { image } : { images };
    const result = await studio.call<SavedResult>('save_image', { ...which, ...given });
    const path = result.saved?.[0]?.path;
    if (path === undefined) return setState({ result });
    studio.remark(t.act.saved(path));
    studio.tell('saved', t.card.toldSaved(path));
    onClose();
  };
  const download = async (): Promise<void> => {
    if (image === undefined) return;
    const original = await studio.pictures.original(image).catch(() => undefined);
    if (original === undefined) return studio.wrong();
    const file = `${image}${EXTENSIONS[original.mimeType] ?? ''}`;
    await studio.bridge.download(file, original.mimeType, original.data).catch(() => undefined);
    onClose();
  };
  const { error } = state.result ?? {};
  const shown = error && ofProblem(error, t, studio.demo.value);
  return (
    <Dialog title={images.length === 1 ? t.save.title : t.save.several(images.length)} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field label={t.save.name} note={t.save.nameNote}>
          {(id) => (
            <input
              id={id}
              class="input"
              value={name}
              placeholder="hero.png"
              dir="auto"
              onInput={(event) => setName(event.currentTarget.value)}
            />
          )}
        </Field>
        <Field label={t.save.size} note={t.save.sizeNote}>
          {(id) => (
            <input
              id={id}
              class="input"
              value={size}
              placeholder="1200x"
              dir="ltr"
              onInput={(event) => setSize(event.currentTarget.value)}
            />
          )}
        </Field>
        {shown === undefined ? null : (
          <Notice {...shown}>
            <p dir="auto">{shown.words}</p>
          </Notice>
        )}
        <div class="actions">
          <button type="submit" class="button main" disabled={state.busy === true}>
            {t.act.save}
          </button>
          {images.length === 1 && studio.bridge.can.download ? (
            <Button icon="save" onPress={() => void download()}>
              {t.act.download}
            </Button>
          ) : null}
        </div>
      </form>
    </Dialog>
  );
}
