import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../architecture/source-files.ts';
import { AppsHost, type HostClient } from '../support/browser/apps-host.ts';
import { BROWSER, findChromium, launch } from '../support/browser/chromium.ts';
import { lacks } from '../support/lacking.ts';

const found = await findChromium();
if (!found) lacks(BROWSER);

const HOSTILE = '</script><img src=x onerror="document.title=1">';

// The rest is `npm run test:browser`: this shows that the built page starts within the policy of a host, and holds no HTML.
test.skipIf(!found)(
  'the built studio starts in the official bridge and shows text from elsewhere as text',
  async () => {
    const html = await readFile(join(ROOT, 'dist/studio.html'), 'utf8');
    const client = {
      readResource: () => Promise.resolve({ contents: [{ uri: 'ui://firefly/studio.html', text: html }] }),
      callTool: () => Promise.resolve({ content: [], structuredContent: {} }),
    } as unknown as HostClient;
    const browser = await launch(found!);
    try {
      const host = await AppsHost.open(browser, client, { tool: 'generate_image', callsBack: false });
      const error = { code: 'upstream_refused', message: HOSTILE, actor: 'caller', next: 'Change the prompt.' };
      await host.result({ isError: true, content: [{ type: 'text', text: HOSTILE }], structuredContent: { error } });
      await host.view.getByText(HOSTILE).first().waitFor();
      expect(await host.view.locator('img').count()).toBe(0);
      expect(host.errors).toEqual([]);
      await host.close();
    } finally {
      await browser.close();
    }
  },
);
