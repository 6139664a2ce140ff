import { useId, useState } from 'preact/hooks';
import type { Picture, Work } from '../../model/answers.ts';
import { priceOf, type PaidTool } from '../../model/price.ts';
import { Button, Ticket } from '../../parts/button.tsx';
import type { IconName } from '../../parts/icon.tsx';
import { copyText } from '../../session/copy-text.ts';
import { spend } from '../../session/jobs.ts';
import { useStudio } from '../../session/studio.ts';
import { SaveDialog } from './save-dialog.tsx';

/** How many variations one press makes. */
const VARIATIONS = 4;
const RATIOS = ['1:1', '4:3', '3:4', '16:9', '9:16'] as const;
const FACTORS = [2, 3, 4, 6] as const;
/** The longer side of what upscaling makes has no more pixels. */
const LONGEST_UPSCALED = 6000;

/** What can be done with a picture: first what is free, then what costs. */
export function Actions({ work, picture, onWork }: { work: Work; picture: Picture; onWork: (work: Work) => void }) {
  const studio = useStudio();
  const { t } = studio;
  const { image } = picture;
  const [saving, setSaving] = useState(false);
  return (
    <>
      <div class="actgrid">
        <Button look="main" icon="save" onPress={() => setSaving(true)}>
          {t.act.save}
        </Button>
        <Button icon="paint" onPress={() => studio.go({ view: 'paint', image })}>
          {t.act.editPart}
        </Button>
        <Button
          icon="style"
          onPress={() => {
            studio.prefilled.set({ style_image: image });
            studio.go({ view: 'new' });
          }}
        >
          {t.act.useAsStyle}
        </Button>
        <Button icon="copy" onPress={() => void copyText(studio, image)}>
          {t.act.copyHandle}
        </Button>
      </div>
      {studio.bridge.can.callTools ? <Spending picture={picture} onWork={onWork} /> : null}
      {saving ? <SaveDialog images={[image]} prompt={work.prompt} onClose={() => setSaving(false)} /> : null}
    </>
  );
}

function Spending({ picture, onWork }: { picture: Picture; onWork: (work: Work) => void }) {
  const studio = useStudio();
  const { t } = studio;
  const note = useId();
  const [ratio, setRatio] = useState<string>(() => otherRatio(picture));
  const longer = Math.max(picture.width, picture.height);
  const factors = FACTORS.filter((factor) => longer * factor <= LONGEST_UPSCALED);
  const [factor, setFactor] = useState<number>(2);
  const ticket = (tool: PaidTool, verb: string, icon: IconName, args: object, count = 1) => (
    <Ticket
      second
      icon={icon}
      verb={verb}
      cost={priceOf(tool, count)}
      describedBy={note}
      onSpend={async () => {
        const started = await spend(studio, tool, { image: picture.image, ...args });
        onWork({ tool, ...started });
      }}
    />
  );
  return (
    <>
      <div class="spendlist">
        {ticket('vary_image', t.act.vary, 'vary', { count: VARIATIONS }, VARIATIONS)}
        <div class="with-choice">
          {ticket('expand_image', t.act.expand, 'expand', { aspect_ratio: ratio })}
          <select
            class="input"
            aria-label={t.act.expandTo}
            value={ratio}
            onChange={(event) => setRatio(event.currentTarget.value)}
          >
            {RATIOS.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </div>
        {factors.length === 0 ? null : (
          <div class="with-choice">
            {ticket('upscale_image', t.act.upscale, 'upscale', { factor })}
            <select
              class="input"
              aria-label={t.act.factor}
              value={factor}
              onChange={(event) => setFactor(Number(event.currentTarget.value))}
            >
              {factors.map((one) => (
                <option key={one} value={one}>
                  {`${one}×`}
                </option>
              ))}
            </select>
          </div>
        )}
      </div>
      <p class="small quiet" id={note}>
        {t.priceNote(studio.demo.value)}
      </p>
    </>
  );
}

/** A shape that the picture does not have yet. */
function otherRatio({ width, height }: Picture): string {
  return width / height > 1.4 ? '1:1' : '16:9';
}
