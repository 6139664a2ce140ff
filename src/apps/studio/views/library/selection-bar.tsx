import { useState } from 'preact/hooks';
import type { DeletedResult } from '../../../../render/library-schemas.ts';
import { Button, IconButton } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { useStudio } from '../../session/studio.ts';
import { SaveDialog } from '../result/save-dialog.tsx';

/** Pictures that one sheet, one save and one deletion hold. */
const MOST_ON_A_SHEET = 9;
const MOST_SAVED = 20;
const MOST_DELETED = 200;

/** What can be done with the selected pictures. */
export function SelectionBar(props: {
  readonly images: readonly string[];
  readonly onDeleted: (images: ReadonlySet<string>) => void;
  readonly onClear: () => void;
}) {
  const { images, onClear } = props;
  const studio = useStudio();
  const { t } = studio;
  const [sheet, setSheet] = useState<string | undefined>(undefined);
  const [saving, setSaving] = useState(false);
  const showSheet = async (): Promise<void> => {
    const args = images.length === 1 ? { image: images[0] } : { images: images.slice(0, MOST_ON_A_SHEET) };
    const { facts, result } = await studio.callWhole('show_images', args);
    const shown = (result?.content ?? []).find(({ type }) => type === 'image');
    if (shown?.data === undefined) return studio.wrong(facts.error);
    setSheet(`data:${shown.mimeType ?? 'image/jpeg'};base64,${shown.data}`);
  };
  const remove = async (): Promise<void> => {
    const { deleteTitle, deleteNote, delete: yes, keep: no } = t.library;
    const agreed = await studio.ask({ title: deleteTitle(images.length), note: deleteNote, yes, no, danger: true });
    if (!agreed) return;
    const which = images.slice(0, MOST_DELETED);
    const gone = await studio.call<DeletedResult>('delete_images', { images: which, confirm: true });
    if (gone.deleted === undefined) return studio.wrong(gone.error);
    const kept = new Set(gone.kept ?? []);
    props.onDeleted(new Set(which.filter((image) => !kept.has(image))));
    studio.remark(t.library.deleted(gone.deleted));
    onClear();
  };
  return (
    <div class="selbar" role="toolbar" aria-label={t.library.selected(images.length)}>
      <b class="num" aria-live="polite">
        {t.library.selected(images.length)}
      </b>
      <Button icon="grid" onPress={() => void showSheet()}>
        {t.library.sheet}
      </Button>
      <Button icon="save" disabled={images.length > MOST_SAVED} onPress={() => setSaving(true)}>
        {t.act.save}
      </Button>
      <Button icon="trash" onPress={() => void remove()}>
        {t.library.delete}
      </Button>
      <IconButton icon="close" label={t.library.clearSelection} onPress={onClear} />
      {saving ? <SaveDialog images={images} onClose={() => setSaving(false)} /> : null}
      {sheet === undefined ? null : (
        <Dialog
          title={t.library.sheetTitle(Math.min(images.length, MOST_ON_A_SHEET))}
          onClose={() => setSheet(undefined)}
        >
          <img class="sheet-picture" src={sheet} alt={t.library.sheetTitle(images.length)} />
          {images.length > MOST_ON_A_SHEET ? <p class="small quiet">{t.library.sheetMost}</p> : null}
        </Dialog>
      )}
    </div>
  );
}
