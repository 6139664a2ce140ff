import { useRef } from 'preact/hooks';
import type { Entry } from '../../model/answers.ts';
import { shortName } from '../../model/short-name.ts';
import { Icon } from '../../parts/icon.tsx';
import { Shown } from '../../parts/picture.tsx';
import { useStudio } from '../../session/studio.ts';
import { useNear } from './use-near.ts';

const LONG_PRESS_MS = 500;

interface CellProps {
  readonly entry: Entry;
  readonly root: { readonly current: HTMLElement | null };
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly selecting: boolean;
  readonly onToggle: (image: string, extend: boolean) => void;
  readonly onFocus: () => void;
}

/** One picture of the library: a press opens it, a long one or its box selects it. */
export function Cell({ entry, root, isActive, isSelected, selecting, onToggle, onFocus }: CellProps) {
  const studio = useStudio();
  const { t } = studio;
  const own = useRef<HTMLDivElement>(null);
  const inReach = useNear(own, root);
  const press = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const held = useRef(false);
  const { image, width, height } = entry;
  const name = entry.prompt ?? entry.file ?? (entry.kind === 'mask' ? t.library.mask : image);
  const ratio = Math.min(3, Math.max(0.5, width / height));
  const badge = badgeOf(entry, t);
  const open = (event: MouseEvent): void => {
    if (held.current) return;
    if (selecting || event.shiftKey || event.ctrlKey || event.metaKey) onToggle(image, event.shiftKey);
    else studio.go({ view: 'picture', image });
  };
  const hold = (): void => {
    held.current = false;
    press.current = setTimeout(() => {
      held.current = true;
      onToggle(image, false);
    }, LONG_PRESS_MS);
  };
  return (
    <div ref={own} class={`cell ${isSelected ? 'selected' : ''}`} style={{ '--r': ratio }} data-image={image}>
      <button
        type="button"
        class="picture"
        style={{ '--ar': ratio }}
        aria-label={badge === undefined ? name : `${name}, ${badge}`}
        tabIndex={isActive ? 0 : -1}
        onFocus={onFocus}
        onClick={open}
        onTouchStart={hold}
        onTouchEnd={() => clearTimeout(press.current)}
        onTouchMove={() => clearTimeout(press.current)}
      >
        {inReach ? <Shown image={image} quality="small" alt="" ratio={ratio} /> : null}
        {badge === undefined ? null : (
          <span class="kind" aria-hidden="true">
            {badge}
          </span>
        )}
        <span class="caption clamp2" dir="auto" aria-hidden="true">
          {name === entry.file ? shortName(name) : name}
        </span>
      </button>
      <button
        type="button"
        class="box"
        role="checkbox"
        aria-checked={isSelected}
        aria-label={t.library.select(name)}
        tabIndex={-1}
        onClick={(event) => onToggle(image, event.shiftKey)}
      >
        <Icon name="check" small />
      </button>
    </div>
  );
}

function badgeOf(entry: Entry, t: ReturnType<typeof useStudio>['t']): string | undefined {
  if (entry.seconds !== undefined) return t.library.video;
  if (entry.kind === 'mask') return t.library.mask;
  if (entry.kind === 'import') return t.library.yours;
  // An edit whose source was deleted since is still an edit.
  return [...(entry.made_from ?? []), ...(entry.deleted ?? [])].length > 0 ? t.library.edit : undefined;
}
