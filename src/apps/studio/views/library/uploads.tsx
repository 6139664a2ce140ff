import { useEffect, useRef, useState } from 'preact/hooks';
import { MOST_FILE_BYTES, READABLE, refusalOf } from '../../model/acceptable-file.ts';
import { Button, IconButton } from '../../parts/button.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Shown } from '../../parts/picture.tsx';
import { Progress } from '../../parts/progress.tsx';
import { useStudio } from '../../session/studio.ts';

/** One file on its way, or refused with its remedy. */
interface Upload {
  readonly id: number;
  readonly name: string;
  readonly percent: number;
  readonly image?: string;
  readonly refused?: string;
  readonly stop?: AbortController;
}

/** Pictures of the person's device: dropped anywhere, pasted, or chosen. */
export function Uploads({ onAdded }: { onAdded: () => void }) {
  const studio = useStudio();
  const { t } = studio;
  const chooser = useRef<HTMLInputElement>(null);
  const nextId = useRef(0);
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const change = (id: number, changed: Partial<Upload>): void =>
    setUploads((now) => now.map((upload) => (upload.id === id ? { ...upload, ...changed } : upload)));
  const take = async (file: File): Promise<void> => {
    const id = (nextId.current += 1);
    const why = refusalOf(file);
    const words = { empty: t.upload.empty, heic: t.upload.heic, large: t.upload.tooLarge(file.size, MOST_FILE_BYTES) };
    if (why !== undefined) {
      const refused = why === 'format' ? t.upload.format(file.name) : words[why];
      setUploads((now) => [...now, { id, name: file.name, percent: 0, refused }]);
      return;
    }
    const stop = new AbortController();
    setUploads((now) => [...now, { id, name: file.name, percent: 0, stop }]);
    try {
      const image = await studio.bridge.upload(file, (percent) => change(id, { percent }), stop.signal);
      change(id, { image, percent: 100 });
      onAdded();
    } catch (error) {
      if (!stop.signal.aborted) change(id, { refused: studio.problemOf(error).message });
    }
  };
  const takeAll = (files: Iterable<File>): void => void [...files].map(take);
  const isOver = useDrops(takeAll);
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
          takeAll(event.currentTarget.files ?? []);
          event.currentTarget.value = '';
        }}
      />
      <Button icon="upload" title={t.upload.note(MOST_FILE_BYTES / 1024 ** 2)} onPress={() => chooser.current?.click()}>
        <span class="hide-s">{t.library.add}</span>
        <span class="only-s">{t.upload.title}</span>
      </Button>
      {uploads.length === 0 ? null : (
        <ul class="uploads" aria-label={t.upload.title}>
          {uploads.map((upload) => (
            <Line
              key={upload.id}
              upload={upload}
              onRemove={() => {
                upload.stop?.abort();
                setUploads((now) => now.filter(({ id }) => id !== upload.id));
              }}
            />
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

function Line({ upload, onRemove }: { upload: Upload; onRemove: () => void }) {
  const studio = useStudio();
  const { t } = studio;
  const { name, image, refused, percent } = upload;
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
          {name}
        </div>
        <div class="small" role={refused === undefined ? undefined : 'alert'}>
          {refused ?? (image === undefined ? t.upload.sent(percent) : t.upload.ready)}
        </div>
        {image === undefined && refused === undefined ? <Progress percent={percent} label={name} /> : null}
      </div>
      {image === undefined ? (
        <IconButton icon="close" label={refused === undefined ? t.upload.stop : t.upload.remove} onPress={onRemove} />
      ) : (
        <Button icon="paint" onPress={() => studio.go({ view: 'paint', image })}>
          {t.upload.edit}
        </Button>
      )}
    </li>
  );
}

/** Files that are dropped or pasted anywhere. @returns whether files are over the window */
function useDrops(take: (files: Iterable<File>) => void): boolean {
  const [isOver, setOver] = useState(false);
  const latest = useRef(take);
  latest.current = take;
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
      latest.current(event.dataTransfer?.files ?? []);
    };
    const paste = (event: ClipboardEvent): void => latest.current(event.clipboardData?.files ?? []);
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
  }, []);
  return isOver;
}
