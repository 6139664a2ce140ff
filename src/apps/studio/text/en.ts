import type { Budget, Cost, Quota } from '../model/answers.ts';
import { amountsFor } from './en/amounts.ts';
import { pagesTexts } from './en/pages.ts';
import { painterTexts } from './en/painter.ts';
import { pictureTexts } from './en/picture.ts';
import type { Formats } from './formats.ts';

/** Names of models that people know; others are shown as they are called on the wire. */
const MODELS: Readonly<Record<string, string>> = {
  image3: 'Image 3',
  image4_standard: 'Image 4',
  image4_ultra: 'Image 4 Ultra',
  image5: 'Image 5',
};

const TOOLS: Readonly<Record<string, string>> = {
  generate_image: 'Generate',
  fill_image: 'Fill',
  expand_image: 'Expand',
  vary_image: 'Vary',
  upscale_image: 'Upscale',
  edit_image: 'Edit',
  composite_image: 'Composite',
  generate_video: 'Video',
};

/** Every text of the page, in English. `f` writes numbers and times as the person's locale does. */
export function textsFor(f: Formats) {
  const { operations, requests, pictures, costs } = amountsFor(f);
  return {
    studio: 'Studio',
    views: { new: 'New', result: 'Picture', library: 'Library', queue: 'Queue' },
    viewsLabel: 'Views',
    back: 'Back',
    backToChat: 'Back to chat',
    close: 'Close',
    openStudio: 'Open studio',
    allKeys: 'All keys',
    operations,
    requests,
    pictures,
    costs,
    model: (name: string) => MODELS[name] ?? name,
    tool: (name: string) => TOOLS[name] ?? name,
    demo: 'DEMO',
    demoNote: 'Placeholder pictures that do not follow the prompt. Adobe is not asked, nothing is charged.',
    demoShort: 'Placeholder pictures. Nothing is charged.',
    offline: (demo: boolean) =>
      `No connection. ${demo ? 'If the demo has ended, so have its jobs: start it again. What' : 'Running jobs go on, and what'} you paint is kept here.`,
    tryNow: 'Try now',
    sessionOver: 'Your session has ended. Jobs go on, and your mask is kept. Open the studio again.',
    outside:
      'This browser is not signed in. “firefly-mcp studio” opens the page signed in; in a team, your sign-in does.',
    price: (cost: Cost, demo: boolean) =>
      `${f.number(cost.operations)}${demo ? ' demo' : ''} ${f.plural(cost.operations, 'op', 'ops')}${cost.estimate && !demo ? ', est.' : ''}`,
    priceSpoken: (cost: Cost, demo: boolean) =>
      demo ? `costs ${operations(cost.operations)} of the demo, nothing is charged` : `costs ${costs(cost)}`,
    sent: 'Sent',
    priceNote: (demo: boolean) =>
      demo ? 'Nothing is charged.' : 'Each button shows its price. A press spends it once.',
    meter: {
      requestsFree: (q: Quota) => `${f.number(q.left_this_minute)} of ${f.number(q.per_minute)} requests free`,
      left: (b: Budget) => [f.number(b.left), f.plural(b.left, 'op', 'ops') + ' left today'] as const,
      demo: ['Nothing', 'is charged'] as const,
      noAccess: ['No access', 'to Adobe'] as const,
      open: 'Open queue and money',
    },

    ...pictureTexts(f),
    ...pagesTexts(f),
    ...painterTexts(f),
  };
}

export type Texts = ReturnType<typeof textsFor>;
