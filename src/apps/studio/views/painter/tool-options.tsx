import { useState } from 'preact/hooks';
import { boxBetween } from '../../model/mask/mask-shapes.ts';
import { Button, Tabs } from '../../parts/button.tsx';
import { Slider } from '../../parts/fields.tsx';
import type { PaintingSession } from '../../session/painting/painting-session.ts';
import { useStore } from '../../session/store.ts';
import { useStudio } from '../../session/studio.ts';

const SMALLEST_BRUSH = 2;

/** Settings of the tool in hand, over the picture. */
export function ToolOptions({
  session,
  compare,
}: {
  session: PaintingSession;
  compare?: { on: boolean; set: (on: boolean) => void };
}) {
  const { t } = useStudio();
  const tool = useStore(session.tool);
  const joining = useStore(session.joining);
  const size = useStore(session.size);
  const isBrush = tool === 'brush' || tool === 'eraser';
  const largest = Math.max(session.picture.width, session.picture.height) / 2;
  return (
    <div class="floatbar fb-top options" role="group" aria-label={t.paint.optionsLabel}>
      {isBrush ? (
        <Slider
          brief
          label={t.paint.size}
          value={toSlider(size, largest)}
          min={0}
          max={100}
          words={t.paint.px(size)}
          onChange={(value) => session.size.set(fromSlider(value, largest))}
        />
      ) : null}
      {tool === 'rectangle' || tool === 'ellipse' ? <BoxFields key={tool} session={session} shape={tool} /> : null}
      {tool === 'belongs' || tool === 'stays' ? (
        <>
          <Tabs
            label={t.paint.fit}
            options={[
              ['belongs', t.paint.tools.belongs],
              ['stays', t.paint.tools.stays],
            ]}
            value={tool}
            onChange={(next) => session.tool.set(next)}
          />
          <span class="hint hide-s">{tool === 'belongs' ? t.paint.tapBelongs : t.paint.tapStays}</span>
        </>
      ) : null}
      {tool === 'eraser' || tool === 'belongs' || tool === 'stays' || tool === 'hand' ? null : (
        <Tabs
          label={t.paint.optionsLabel}
          options={[
            ['add', t.paint.add],
            ['subtract', t.paint.takeAway],
          ]}
          value={joining}
          onChange={(next) => session.joining.set(next)}
        />
      )}
      {compare === undefined ? null : (
        <>
          <span class="sep" />
          <Button icon="split" look="ghost" pressed={compare.on} onPress={() => compare.set(!compare.on)}>
            {t.paint.compare}
          </Button>
        </>
      )}
    </div>
  );
}

/** A brush grows by shares: small widths need fine steps, large ones coarse steps. */
function toSlider(size: number, largest: number): number {
  return (100 * Math.log(size / SMALLEST_BRUSH)) / Math.log(largest / SMALLEST_BRUSH);
}

function fromSlider(value: number, largest: number): number {
  return Math.round(SMALLEST_BRUSH * (largest / SMALLEST_BRUSH) ** (value / 100));
}

const PARTS = ['x', 'y', 'width', 'height'] as const;

/** A rectangle or an ellipse by numbers, in percent of the picture: without a pointer and without sight. */
function BoxFields({ session, shape }: { session: PaintingSession; shape: 'rectangle' | 'ellipse' }) {
  const { t } = useStudio();
  const joining = useStore(session.joining);
  const [values, setValues] = useState({ x: '25', y: '25', width: '50', height: '50' });
  const set = (): void => {
    const numbers = PARTS.map((part) => Number(values[part].replace(',', '.')));
    if (numbers.some((number) => !Number.isFinite(number))) return;
    const [x = 0, y = 0, w = 0, h = 0] = numbers;
    const { width, height } = session.picture;
    const from = { x: (x / 100) * width, y: (y / 100) * height };
    const to = { x: from.x + (w / 100) * width, y: from.y + (h / 100) * height };
    session.paint(shape, [boxBetween(shape, from, to)], joining);
    session.studio.say(t.paint.closed);
  };
  return (
    <form
      class="row box-fields"
      onSubmit={(event) => {
        event.preventDefault();
        set();
      }}
    >
      {PARTS.map((part) => (
        <label key={part} class="coordinate">
          {t.paint.position[part]}
          <input
            value={values[part]}
            inputMode="decimal"
            aria-label={`${t.paint.position[part]}, ${t.paint.percentUnit}`}
            onInput={(event) => setValues({ ...values, [part]: event.currentTarget.value })}
          />
        </label>
      ))}
      <span class="quiet small hide-s">%</span>
      <button type="submit" class="button">
        {t.paint.setShape}
      </button>
    </form>
  );
}
