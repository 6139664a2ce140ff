import type { LibraryList } from '../../session/library/library-list.ts';

/** What a grid of pictures shows, and what it tells. */
export interface GridProps {
  readonly list: LibraryList;
  readonly selected: ReadonlySet<string>;
  readonly onToggle: (image: string, extend: boolean) => void;
  readonly onFocus: (image: string) => void;
  readonly onSelectAll: () => void;
  readonly onClear: () => void;
}

/** Keys of the grid: arrows move, Space selects, Shift extends, Escape clears. */
export function onKey(event: KeyboardEvent, grid: HTMLElement | null, props: GridProps): void {
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

/** The nearest picture of the next row, or of the row before. */
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
