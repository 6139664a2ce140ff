import type { FillFindings } from '../../images/chart/measure-fill.ts';
import { FARTHEST } from '../../images/composites/seam/layers.ts';
import { OTHER_LIGHT } from '../../images/composites/seam/tone.ts';
import { compared, ofPicture, open, settled, type Answers, type Question, type Verdict } from '../question.ts';

/** Mean difference, levels, up to which what is kept counts as the person's own picture painted again. */
export const MOST_KEPT = 8;

/** Of fills: whether a fill keeps to its mask, which composites depend on (docs/exact-edits.md). */
export const FILL_QUESTIONS: readonly Question[] = [
  {
    id: 'png-answer',
    unknown: 'Whether x-accept-mimetype: image/png, of older documents, still gives a PNG.',
    by: 'fill',
    judge: (answers) =>
      ofPicture(answers, 'fill', ({ mimeType }) => {
        const [sent] = answers.of('fillImagesV3Async', 'fill');
        if (sent === undefined) return open('another process has sent the request, without the header');
        return settled(mimeType === 'image/png' ? 'yes' : `no: ${mimeType} came`);
      }),
  },
  {
    id: 'fill-keeps-mask',
    unknown: 'Whether what a mask keeps comes back as it was, but for a drift.',
    assumed: `yes: within ${MOST_KEPT} levels on average once drift and shift are taken back`,
    by: 'fill',
    judge: measured(({ kept }) => compared(kept <= MOST_KEPT, `${levels(kept)} on average`)),
  },
  {
    id: 'fill-drift',
    unknown: 'How much brighter or darker what is kept comes back.',
    assumed: `by at most ${OTHER_LIGHT} levels; beyond that the difference counts as the edit itself`,
    by: 'fill',
    judge: measured(({ drift }) =>
      compared(Math.max(...drift.map(Math.abs)) <= OTHER_LIGHT, `${drift.map(signed).join(', ')} levels of R, G, B`),
    ),
  },
  {
    id: 'fill-shift',
    unknown: 'How far what is kept comes back shifted.',
    by: 'fill',
    judge: measured(({ shift }) =>
      settled(shift === undefined ? 'none from 0.2 to 2 pixels' : `${signed(shift.dx)}, ${signed(shift.dy)} pixels`),
    ),
  },
  {
    id: 'fill-bleed',
    unknown: 'How far new content reaches over the edge of a mask.',
    assumed: `less than ${FARTHEST} pixels`,
    by: 'fill',
    judge: measured(({ bleed }) => compared(bleed < FARTHEST, `${bleed} pixels`)),
  },
  {
    id: 'fill-grey-mask',
    unknown: 'What a grey value of a mask does.',
    by: 'fill',
    judge: measured(({ boxes: [white = 0, grey = 0], kept }) => {
      if (white - kept < MOST_KEPT) return open('the open part hardly changed');
      const share = Math.min(Math.max((grey - kept) / (white - kept), 0), 1);
      return settled(`128 of 255 is painted to ${Math.round(share * 100)} %`);
    }),
  },
  {
    id: 'fill-mirrored-padding',
    unknown: 'Whether mirrored padding is kept as well as the picture beside it.',
    assumed: 'yes',
    by: 'fill',
    judge: measured(({ boxes: [, , mirrored = 0], kept }) =>
      compared(mirrored <= 2 * kept + 2, `${levels(mirrored)}, and ${levels(kept)} elsewhere`),
    ),
  },
  {
    id: 'expand-paints-inside',
    unknown: 'Whether an expansion by a mask also paints what the mask opens inside of the picture.',
    by: 'expand',
    judge: (answers) =>
      ofMeasure(answers, 'expand', ({ boxes: [hole = 0], kept }) =>
        settled(hole > 2 * kept + 4 ? 'yes' : 'no: it is kept'),
      ),
  },
];

function measured(judge: (findings: FillFindings) => Verdict): Question['judge'] {
  return (answers) => ofMeasure(answers, 'fill', judge);
}

/** The verdict on what was measured in the answer to a chart. */
export function ofMeasure(
  answers: Answers,
  trial: 'fill' | 'expand' | 'composite',
  judge: (findings: FillFindings) => Verdict,
): Verdict {
  return ofPicture(answers, trial, ({ width, height }) => {
    const findings = answers.measured.get(trial);
    return findings ? judge(findings) : open(`the answer has another size, ${width}x${height}`);
  });
}

/** "3.2 levels". */
export function levels(value: number): string {
  return `${value.toFixed(1)} levels`;
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(1)}`;
}
