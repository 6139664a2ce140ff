import { useEffect, useRef, useState } from 'preact/hooks';
import { MOST_FILE_BYTES, READABLE } from '../../model/acceptable-file.ts';
import { shortName } from '../../model/short-name.ts';
import { Button, IconButton } from '../../parts/button.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Shown } from '../../parts/picture.tsx';
import { Progress } from '../../parts/progress.tsx';
import type { Upload } from '../../session/library/uploads.ts';
import { useStore } from '../../session/store.ts';
import { useStudio } from '../../session/studio.ts';

/** Chooses pictures of the person's device. */
export function UploadButton() {
  const { t, uploads } = useStudio();
  const chooser = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={chooser}
        type="file"
        multiple
        hidden
        accept={READABLE.join(',')}
        data-testid="chooser"
        onChange={(event) => {
          uploads.take(event.currentTarget.files ?? []);
          event.currentTarget.value = '';
        }}
      />
      <Button icon="upload" title={t.upload.note(MOST_FILE_BYTES / 1024 ** 2)} onPress={() => chooser.current?.click()}>
        <span class="hide-s">{t.upload.title}</span>
        <span class="only-s">{t.upload.short}</span>
      </Button>
    </>
  );
}

/** What is on its way, whichever view is open: pictures can be dropped and pasted anywhere. */
export function UploadList() {
  const { t, uploads, route } = useStudio();
  const isPainting = useStore(route).view === 'paint';
  const list = useStore(uploads.list).filter(({ image }) => !isPainting || image === undefined);
  const isOver = useDrops(uploads.take);
  return (
    <>
      {list.length === 0 ? null : (
        <ul class="uploads" aria-label={t.upload.title}>
          {list.map((upload) => (
            <Line key={upload.id} upload={upload} />
          ))}
        </ul>
      )}
      {isOver ? (
        <div class="dropover" role="status">
          <Icon name="upload" />
          <p>{t.upload.over}</p>
        </div>
      ) : null}
    </>
  );
}

function Line({ upload }: { upload: Upload }) {
  const studio = useStudio();
  const { t } = studio;
  const { name, image, refused, percent } = upload;
  const onRemove = (): void => studio.uploads.remove(upload);
  return (
    <li class="upload">
      {image === undefined ? (
        <span class={`placeholder ${refused === undefined ? '' : 'still'}`}>
          {refused === undefined ? null : <Icon name="bad" />}
        </span>
      ) : (
        <span class="picture">
          <Shown image={image} quality="small" alt="" ratio={1} />
        </span>
      )}
      <div class="grow">
        <div class="ellipsis mono" dir="auto" title={name}>
          {shortName(name)}
        </div>
        <div class="small" role={refused === undefined ? undefined : 'alert'}>
          {refused ?? (image === undefined ? t.upload.sent(percent) : t.upload.ready)}
        </div>
        {image === undefined && refused === undefined ? <Progress percent={percent} label={name} /> : null}
      </div>
      {image === undefined ? null : (
        <Button
          icon="paint"
          onPress={() => {
            onRemove();
            studio.go({ view: 'paint', image });
          }}
        >
          {t.upload.edit}
        </Button>
      )}
      <IconButton
        icon="close"
        label={image === undefined && refused === undefined ? t.upload.stop : t.upload.remove}
        onPress={onRemove}
      />
    </li>
  );
}

/** Files that are dropped or pasted anywhere. @returns whether files are over the window */
function useDrops(take: (files: Iterable<File>) => void): boolean {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
    const over = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(false);
      take(event.dataTransfer?.files ?? []);
    };
    const paste = (event: ClipboardEvent): void => take(event.clipboardData?.files ?? []);
    document.addEventListener('dragover', over);
    document.addEventListener('dragleave', leave);
    document.addEventListener('drop', drop);
    document.addEventListener('paste', paste);
    return () => {
      document.removeEventListener('dragover', over);
      document.removeEventListener('dragleave', leave);
      document.removeEventListener('drop', drop);
      document.removeEventListener('paste', paste);
    };
  }, [take]);
  return isOver;
}
