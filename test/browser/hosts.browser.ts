import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../architecture/source-files.ts';
import { AppsHost, type HostClient, type HostOptions } from '../support/browser/apps-host.ts';
import { violationsIn } from '../support/browser/axe.ts';
import { BROWSER, findChromium, sharedBrowser } from '../support/browser/chromium.ts';
import { lacks } from '../support/lacking.ts';

const found = await findChromium();
if (!found) lacks(BROWSER);

/** Text from anywhere that would run where it is not shown as text. */
const HOSTILE = '<img src=x onerror="document.title=1"></script><b>';
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const IMAGES = ['img_a', 'img_b'].map((image) => ({
  image,
  uri: `firefly://images/${image}`,
  width: 100,
  height: 100,
  mime_type: 'image/png',
  bytes: 100,
}));
const JOB = {
  job: 'job_1',
  state: 'succeeded',
  tool: 'generate_image',
  prompt: `a fox ${HOSTILE}`,
  model: `custom ${HOSTILE}`,
  count: 2,
  images: IMAGES,
  cost: { operations: 2, requests: 1 },
  warnings: [`Note ${HOSTILE}`],
  created_at: '2026-11-01T10:00:00Z',
};
const ENTRY = { image: 'img_c', kind: 'import', width: 100, height: 100, mime_type: 'image/png' } as const;
const ANSWERS: Readonly<Record<string, object>> = {
  job_status: { queued: 0, running: 0, jobs: [{ ...JOB, summary: HOSTILE, images: ['img_a'] }] },
  list_images: { images: [{ ...ENTRY, file: HOSTILE, created_at: JOB.created_at }] },
  make_mask: { mask: 'img_m', made_for: 'img_a', images: [{ ...IMAGES[0], image: 'img_m' }], open_percent: 5 },
};

/** A server of which only the answers matter, whatever is in them. */
async function serverWith(answers: Readonly<Record<string, object>> = ANSWERS): Promise<HostClient> {
  const html = await readFile(join(ROOT, 'dist/studio.html'), 'utf8');
  return {
    readResource: ({ uri }: { uri: string }) => {
      if (uri.startsWith('ui:')) return Promise.resolve({ contents: [{ uri, text: html }] });
      const facts = { ...IMAGES[0], kind: 'generated', prompt: JOB.prompt, created_at: JOB.created_at, children: [] };
      const text = uri.endsWith('/facts') ? { text: JSON.stringify(facts) } : { blob: PIXEL, mimeType: 'image/png' };
      return Promise.resolve({ contents: [{ uri, ...text }] });
    },
    callTool: ({ name }: { name: string }) =>
      Promise.resolve({ content: [], structuredContent: answers[name] ?? { error: { code: 'x', message: HOSTILE } } }),
  } as unknown as HostClient;
}

describe.skipIf(!found)('the studio in a chat, whatever host and server are like', () => {
  let browser: Browser;
  let host: AppsHost;
  beforeAll(async () => {
    browser = await sharedBrowser(found!);
  });
  afterEach(() => host?.close());

  const open = async (options: HostOptions = {}, client?: HostClient) =>
    (host = await AppsHost.open(browser, client ?? (await serverWith()), { tool: 'generate_image', ...options }));
  const result = (facts: object = JOB) => host.result({ content: [], structuredContent: { ...facts } });
  const told = () =>
    host.told.filter(({ kind }) => kind === 'context').map(({ params }) => JSON.stringify(params['content']));

  test('text from elsewhere is shown as text in every view, and nothing is spent by itself', async () => {
    const { view, page } = await open();
    await result();
    await view.getByText(JOB.prompt).first().waitFor();
    await view.getByRole('button', { name: 'Open studio' }).first().click();
    await view.getByText(JOB.model).first().waitFor();
    await view.getByText(`Note ${HOSTILE}`).waitFor();
    for (const name of ['Library', 'Queue']) {
      await view.locator('.tabbar').getByRole('button', { name }).click();
      await view
        .getByText(HOSTILE, { exact: false })
        .or(view.getByTitle(HOSTILE))
        .or(view.getByLabel(HOSTILE))
        .first()
        .waitFor();
    }
    expect(await view.locator('img[src="x"], b:has(img)').count()).toBe(0);
    expect([await page.title(), await view.title()]).toEqual(['Host', 'Firefly studio']);
    expect(host.errors).toEqual([]);
    expect([...new Set(host.calls.map(({ name }) => name))].toSorted()).toEqual(['job_status', 'list_images']);
  });

  test('what a person does is told to the model in a few words: what was chosen, then what was painted', async () => {
    const { view, page } = await open();
    await result();
    await view.getByRole('button', { name: 'Variation 2' }).click();
    await expect.poll(told).toEqual(['[{"type":"text","text":"In the studio the person chose variation 2, img_b."}]']);
    await view.getByRole('button', { name: 'Edit this part' }).click();
    const easel = view.getByTestId('easel');
    await easel.focus();
    for (const key of ['r', 'Shift+ArrowLeft', 'Enter', 'Shift+ArrowDown', 'Shift+ArrowRight', 'Enter'])
      await page.keyboard.press(key);
    await expect.poll(() => told().at(-1)).toContain('chose variation 2, img_b; then painted a mask, img_m, for img_');
    expect(host.calls.filter(({ name }) => name === 'fill_image')).toEqual([]);
  });

  test('other words are offered where they can help, and lead to the form', async () => {
    const { view } = await open();
    const failed = (code: string, who_can_act: string) =>
      result({ ...JOB, state: 'failed', images: [], error: { code, message: code, who_can_act, next: '' } });
    const change = view.getByRole('button', { name: 'Change the prompt' });
    await failed('budget_exhausted', 'wait');
    await view.getByText('Your budget for today is used').waitFor();
    expect(await change.count()).toBe(0);
    await failed('content_policy', 'caller');
    await change.click();
    await view.locator('.tabbar [aria-current=page]', { hasText: 'New' }).waitFor();
  });

  test('a host that takes the page away is answered once the last stroke is kept and the model knows', async () => {
    const { view, page } = await open();
    await result();
    await view.getByRole('button', { name: 'Edit this part' }).click();
    await view.getByTestId('easel').focus();
    for (const key of ['r', 'Shift+ArrowLeft', 'Enter', 'Shift+ArrowDown', 'Shift+ArrowRight', 'Enter'])
      await page.keyboard.press(key);
    await host.teardown();
    expect(host.calls.filter(({ name }) => name === 'make_mask')).toHaveLength(1);
    expect(told().at(-1)).toContain('painted a mask, img_m, for img_a');
  });

  test('a host that gives no fullscreen is asked for room in its chat, also after a low card', async () => {
    const { view } = await open({ modes: ['inline'] });
    await result({ ...JOB, state: 'running', images: [], progress_percent: 40 });
    await view.getByRole('button', { name: 'Open studio' }).click();
    await view.locator('.tabbar').waitFor();
    await expect.poll(() => host.told.findLast(({ kind }) => kind === 'size')?.params['height']).toBe(640);
    await view.getByRole('button', { name: 'Back to chat' }).click();
    await expect
      .poll(() => Number(host.told.findLast(({ kind }) => kind === 'size')?.params['height']))
      .toBeLessThan(500);
  });

  test('a host that passes neither calls nor resources on still sees what the result held', async () => {
    const { view } = await open({ callsBack: false });
    await result({ ...JOB, state: 'running', images: [], progress_percent: 40 });
    await view.getByText(JOB.prompt).first().waitFor();
    await view.getByText('Running when this was shown').first().waitFor();
    await result();
    await view.getByText('2 operations', { exact: false }).first().waitFor();
    expect(await view.getByRole('button', { name: 'Edit this part' }).count()).toBe(0);
    expect(await violationsIn(view)).toEqual([]);
    expect(host.calls).toEqual([]);
    expect(host.errors).toEqual([]);
  });

  test('messages of another frame change nothing', async () => {
    const { view, page } = await open();
    await result();
    await view.getByText(JOB.prompt).first().waitFor();
    await page.evaluate(
      (job) => {
        const stranger = document.createElement('iframe');
        stranger.srcdoc = `<script>
        const say = (method, params) => parent.frames.view.postMessage({ jsonrpc: '2.0', method, params }, '*');
        say('ui/notifications/tool-result', { structuredContent: ${JSON.stringify(job)} });
        say('ui/notifications/host-context-changed', { theme: 'dark' });
        parent.postMessage('said', '*');
      </script>`;
        const said = new Promise((resolve) => addEventListener('message', ({ data }) => data === 'said' && resolve(0)));
        document.body.append(stranger);
        return said;
      },
      { job: 'job_2', state: 'succeeded', prompt: 'from a stranger', images: IMAGES },
    );
    // A message of the host itself comes after theirs.
    await host.change({ locale: 'de-DE' });
    await result({ ...JOB, prompt: 'from the host' });
    await view.getByText('from the host').first().waitFor();
    expect(await view.getByText('from a stranger').count()).toBe(0);
    expect(await view.evaluate(() => document.documentElement.dataset['theme'])).toBe('light');
  });

  test('in a narrow chat in the dark with reduced motion nothing moves or scrolls sideways', async () => {
    const { view } = await open({ width: 320, theme: 'dark', reducedMotion: true });
    await host.input({ prompt: JOB.prompt, count: 4 });
    await view.locator('.placeholder').first().waitFor();
    const moving = () =>
      view.evaluate(() => document.getAnimations().filter((one) => one.playState === 'running').length);
    expect(await moving()).toBe(0);
    await result();
    await view.locator('img').first().waitFor();
    expect(await moving()).toBe(0);
    expect(await violationsIn(view)).toEqual([]);
    expect(await view.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  });

  test.each(['light', 'dark'] as const)(
    'colours of a host that cannot be read are mended as far as they must, in %s',
    async (theme) => {
      const pale = theme === 'light' ? '#e4e4e4' : '#333333';
      const variables = {
        '--color-background-primary': theme === 'light' ? '#ffffff' : '#1f1f1f',
        '--color-text-primary': theme === 'light' ? '#5c5c5c' : '#9a9a9a',
        '--color-text-info': pale,
        '--color-text-danger': pale,
        '--color-text-success': pale,
        '--color-background-inverse': pale,
        '--color-text-inverse': theme === 'light' ? '#ffffff' : '#1f1f1f',
      };
      const { view } = await open({ theme, variables });
      await result();
      await view.getByText(JOB.prompt).first().waitFor();
      expect(await violationsIn(view)).toEqual([]);
      await view.getByRole('button', { name: 'Open studio' }).first().click();
      await view.getByText(JOB.model).first().waitFor();
      expect(await violationsIn(view)).toEqual([]);
      // What can be read stays the host's.
      expect(await view.evaluate(() => getComputedStyle(document.body).color)).toBe(
        theme === 'light' ? 'rgb(92, 92, 92)' : 'rgb(154, 154, 154)',
      );
      await host.change({ styles: { variables: { ...variables, '--color-text-primary': pale } } });
      await expect.poll(() => violationsIn(view)).toEqual([]);
    },
  );
});
