import { useState } from 'preact/hooks';
import { lookOf, styleName } from '../../model/style-look.ts';
import { Icon } from '../../parts/icon.tsx';
import { useStudio } from '../../session/studio.ts';

/** Styles shown before all are asked for, and the most that one picture takes. */
const FIRST = 12;
const MOST = 20;
/** Styles that say much by their colours come first. */
const LEADING = [
  'golden_hour',
  'film_noir',
  'neon',
  'misty',
  'pastel_color',
  'charcoal',
  'vibrant_colors',
  'synthwave',
];

/** Style presets, each with a small drawing that hints at its colours. */
export function Styles({
  all,
  chosen,
  onChange,
}: {
  all: readonly string[];
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
}) {
  const { t } = useStudio();
  const [isWhole, setWhole] = useState(false);
  if (all.length === 0) return null;
  const leading = LEADING.filter((style) => all.includes(style));
  const ordered = [...leading, ...all.filter((style) => !leading.includes(style))];
  const shown = isWhole ? ordered : ordered.filter((style, place) => place < FIRST || chosen.includes(style));
  const toggle = (style: string): void => {
    if (chosen.includes(style)) onChange(chosen.filter((one) => one !== style));
    else if (chosen.length < MOST) onChange([...chosen, style]);
  };
  return (
    <fieldset class="field">
      <legend>
        {t.new.style} <span class="quiet">{t.new.styleNote(chosen.length, all.length)}</span>
      </legend>
      <div class="styles">
        {shown.map((style) => (
          <button key={style} type="button" aria-pressed={chosen.includes(style)} onClick={() => toggle(style)}>
            <span class="picture" data-on={chosen.includes(style) ? '' : undefined}>
              <Sample style={style} />
              {chosen.includes(style) ? (
                <span class="tick">
                  <Icon name="check" small />
                </span>
              ) : null}
            </span>
            {styleName(style)}
          </button>
        ))}
      </div>
      <button type="button" class="link small" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
        {isWhole ? t.new.fewerStyles : t.new.allStyles(all.length)}
      </button>
    </fieldset>
  );
}

const HILLS = [
  'M0 62 24 44 48 58 76 38 100 56V100H0Z',
  'M0 60Q25 40 50 58T100 52V100H0Z',
  'M0 66 100 54V100H0Z',
] as const;

function Sample({ style }: { style: string }) {
  const { colours, hills } = lookOf(style);
  const [above, below, far, near, sun] = colours;
  return (
    <svg viewBox="0 0 100 100" aria-hidden="true">
      <rect width="100" height="100" fill={above} />
      <rect y="34" width="100" height="66" fill={below} />
      <circle cx="62" cy="30" r="15" fill={sun} />
      <path d={HILLS[hills]} fill={far} />
      <path d="M0 82Q30 66 56 80T100 74V100H0Z" fill={near} />
    </svg>
  );
}
