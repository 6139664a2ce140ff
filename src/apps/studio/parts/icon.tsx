import { ICONS, type IconName } from './icon-paths.ts';

export type { IconName } from './icon-paths.ts';

/** A drawing beside words, or the whole of a button that has a name: it says nothing by itself. */
export function Icon({ name, small = false, flip = false }: { name: IconName; small?: boolean; flip?: boolean }) {
  const [line, filled] = ICONS[name];
  return (
    <svg class={`icon ${small ? 'small-icon' : ''} ${flip ? 'flip' : ''}`} viewBox="0 0 20 20" aria-hidden="true">
      <path d={line} />
      {filled === '' ? null : <path d={filled} fill="currentColor" />}
    </svg>
  );
}
