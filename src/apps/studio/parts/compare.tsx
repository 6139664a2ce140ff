import { useState } from 'preact/hooks';
import { useStudio } from '../session/studio.ts';
import { Icon } from './icon.tsx';

/** Two pictures of one size on each other, with a cut that can be moved. Before is left, also where text runs from the right. */
export function Compare({ before, after, ratio }: { before: string; after: string; ratio: number }) {
  const { t } = useStudio();
  const [cut, setCut] = useState(50);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { PageUp: 10, PageDown: -10 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    setCut(Math.min(100, Math.max(0, cut + step)));
  };
  return (
    <div class="compare" style={{ '--x': `${cut}%`, '--ar': ratio, '--arn': ratio }}>
      <img src={after} alt={t.zoom.after} draggable={false} />
      <img class="before" src={before} alt={t.zoom.before} draggable={false} />
      <span class={`tag l ${cut < 14 ? 'faded' : ''}`} aria-hidden="true">
        {t.zoom.before}
      </span>
      <span class={`tag r ${cut > 86 ? 'faded' : ''}`} aria-hidden="true">
        {t.zoom.after}
      </span>
      <span class="cut" />
      <input
        type="range"
        min={0}
        max={100}
        value={cut}
        aria-label={t.zoom.compare}
        aria-valuetext={t.zoom.beforeShare(cut)}
        onInput={(event) => setCut(Number(event.currentTarget.value))}
        onKeyDown={onKeyDown}
      />
      <span class="grip">
        <Icon name="split" small />
      </span>
    </div>
  );
}
