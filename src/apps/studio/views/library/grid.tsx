import { useEffect, useRef, useState } from 'preact/hooks';
import type { Entry } from '../../model/answers.ts';
import { daysOf } from '../../model/days.ts';
import { Icon } from '../../parts/icon.tsx';
import { Shown } from '../../parts/picture.tsx';
import type { LibraryList } from '../../session/library/library-list.ts';
import { useStore } from '../../session/store.ts';
import { useStudio } from '../../session/studio.ts';

/** Pictures within so much of the window are loaded; those farther away let go of theirs. */
const NEAR = '120% 0px';
const LONG_PRESS_MS = 500;

interface GridProps {
  readonly list: LibraryList;
  readonly selected: ReadonlySet<string>;
  readonly onToggle: (image: string, extend: boolean) => void;
  readonly onFocus: (image: string) => void;
  readonly onSelectAll: () => void;
  readonly onClear: () => void;
}

/** Rows of pictures under their days. Arrows move, Space selects, Enter opens. */
export function Grid(props: GridProps) {
  const { list } = props;
  const studio = useStudio();
  const { t, f } = studio;
  const entries = useStore(list.entries);
  const hasMore = useStore(list.hasMore);
  const own = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState<string | undefined>(undefined);
  const active = entries.some(({ image }) => image === current) ? current : entries[0]?.image;
  return (
    <div
      class="libgrid"
      ref={own}
      role="group"
      aria-label={t.library.grid}
      onKeyDown={(event) => onKey(event, own.current, props)}
    >
      {daysOf(entries, (iso) => f.dayKey(iso)).map(({ key, entries: ofDay }) => (
        <section key={key} class="of-day">
          <h2 class="day">
            <span>{f.day(ofDay[0]?.created_at ?? key)}</span>
            <span class="quiet num">{f.number(ofDay.length)}</span>
          </h2>
          <div class="justified">
            {ofDay.map((entry) => (
              <Cell
                key={entry.image}
                entry={entry}
                root={own}
                isActive={entry.image === active}
                isSelected={props.selected.has(entry.image)}
                selecting={props.selected.size > 0}
                onToggle={props.onToggle}
                onFocus={() => {
                  setCurrent(entry.image);
                  props.onFocus(entry.image);
                }}
              />
            ))}
          </div>
        </section>
      ))}
      {hasMore ? <More list={list} root={own} words={t.library.loadingMore} /> : null}
    </div>
  );
}

interface CellProps {
  readonly entry: Entry;
  readonly root: { readonly current: HTMLElement | null };
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly selecting: boolean;
  readonly onToggle: (image: string, extend: boolean) => void;
  readonly onFocus: () => void;
}

function Cell({ entry, root, isActive, isSelected, selecting, onToggle, onFocus }: CellProps) {
  const studio = useStudio();
  const { t } = studio;
  const own = useRef<HTMLDivElement>(null);
  const isNear = useNear(own, root);
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
        {isNear ? <Shown image={image} quality="small" alt="" ratio={ratio} /> : null}
        {badge === undefined ? null : (
          <span class="kind" aria-hidden="true">
            {badge}
          </span>
        )}
        <span class="caption clamp2" dir="auto" aria-hidden="true">
          {name}
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
  return (entry.made_from ?? []).length > 0 ? t.library.edit : undefined;
}

/** Asks for the next page once the end comes near. */
function More({
  list,
  root,
  words,
}: {
  list: LibraryList;
  root: { readonly current: HTMLElement | null };
  words: string;
}) {
  const own = useRef<HTMLDivElement>(null);
  const isNear = useNear(own, root);
  const entries = useStore(list.entries);
  useEffect(() => {
    if (isNear) void list.more();
  }, [isNear, list, entries]);
  return (
    <div ref={own} class="more row quiet">
      <span class="spin" />
      {words}
    </div>
  );
}

function useNear(
  own: { readonly current: HTMLElement | null },
  root: { readonly current: HTMLElement | null },
): boolean {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    const element = own.current;
    if (element === null) return;
    const watch = new IntersectionObserver(([seen]) => setNear(seen?.isIntersecting ?? false), {
      root: root.current,
      rootMargin: NEAR,
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, [own, root]);
  return isNear;
}

function onKey(event: KeyboardEvent, grid: HTMLElement | null, props: GridProps): void {
  const buttons = [...(grid?.querySelectorAll<HTMLElement>('.cell > .picture') ?? [])];
  const at = buttons.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  const image = buttons[at]?.parentElement?.dataset['image'] ?? '';
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: buttons.length - 1 }[event.key];
  const acts: Readonly<Record<string, () => void>> = {
    ' ': () => props.onToggle(image, event.shiftKey),
    Escape: () => props.onClear(),
    ArrowUp: () => rowAway(buttons, at, -1)?.focus(),
    ArrowDown: () => rowAway(buttons, at, 1)?.focus(),
  };
  if (to !== undefined) {
    buttons[to]?.focus();
    if (event.shiftKey) props.onToggle(buttons[to]?.parentElement?.dataset['image'] ?? image, true);
  } else if ((event.ctrlKey || event.metaKey) && event.key === 'a') {
    props.onSelectAll();
  } else if (acts[event.key] !== undefined) {
    acts[event.key]?.();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

/** The picture of the next row that lies under, or above, another one. */
function rowAway(buttons: readonly HTMLElement[], at: number, by: 1 | -1): HTMLElement | undefined {
  const here = buttons[at]?.getBoundingClientRect();
  if (here === undefined) return undefined;
  const middle = here.left + here.width / 2;
  const others = (by > 0 ? buttons.slice(at + 1) : buttons.slice(0, at).toReversed()).map((button) => ({
    button,
    edge: button.getBoundingClientRect(),
  }));
  const row = others.find(({ edge }) => (by > 0 ? edge.top >= here.bottom : edge.bottom <= here.top))?.edge.top;
  const inRow = others.filter(({ edge }) => edge.top === row);
  const off = ({ edge }: (typeof inRow)[number]): number => Math.abs(edge.left + edge.width / 2 - middle);
  return inRow.toSorted((a, b) => off(a) - off(b))[0]?.button;
}
