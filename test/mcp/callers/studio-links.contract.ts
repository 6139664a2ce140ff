import type { Client } from '@modelcontextprotocol/client';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Era, SharedServer } from './shared-server.ts';

const APPS = { extensions: { 'io.modelcontextprotocol/ui': { mimeTypes: ['text/html;profile=mcp-app'] } } };
const ERAS: readonly Era[] = ['sessions', 'requests'];

/** What holds for the way from a result to the studio. */
export function studioLinksContract(shared: () => SharedServer): void {
  describe.each(ERAS)('a result over HTTP, by %s', (era) => {
    let ada: Client;
    let origin: string;
    beforeAll(async () => {
      ada = await shared().overNetwork('ada', era);
      origin = new URL(shared().urls.network).origin;
    });
    const call = (client: Client, name: string, input: Record<string, unknown>) =>
      client.callTool({ name, arguments: input });

    test('leads to the studio at the job, the mask or the picture, by an address that lets nobody in', async () => {
      const made = await call(ada, 'generate_image', { prompt: `a lighthouse, by ${era}` });
      const { job, images } = made.structuredContent as { job: string; images: { image: string }[] };
      const [{ image } = { image: '' }] = images;
      expect(made.structuredContent).toMatchObject({ studio: `${origin}/studio#${job}` });
      expect(JSON.stringify(made.content)).toContain(`The user can open it in the studio: ${origin}/studio#${job}`);
      const shapes = [{ shape: 'rectangle', x: 10, y: 10, width: 40, height: 40 }];
      const { structuredContent: mask } = await call(ada, 'make_mask', { image, shapes });
      expect(mask).toMatchObject({ studio: `${origin}/studio#paint/${image}/${(mask as { mask: string }).mask}` });
      const shown = JSON.stringify((await call(ada, 'show_images', { image })).content);
      expect(shown).toContain(`${origin}/studio#${image}`);
      // What a browser sends of it is the way to the page, which holds no data.
      const page = await fetch(`${origin}/studio#${image}`);
      expect(page.status).toBe(200);
      expect(page.headers.get('set-cookie')).toBeNull();
      expect(await page.text()).not.toContain(image);
    });

    test('does not where the host shows the studio itself', async () => {
      const host = await shared().overNetwork('ada', era, { capabilities: APPS });
      const made = await call(host, 'generate_image', { prompt: `a harbour, by ${era}` });
      expect(made.isError).toBeFalsy();
      expect(JSON.stringify(made)).not.toContain('/studio');
    });
  });

  test('a result over stdio names no studio: nothing serves it', async () => {
    const client = await shared().overStdio();
    const made = await client.callTool({ name: 'generate_image', arguments: { prompt: 'a pier' } });
    expect(JSON.stringify(made)).not.toContain('/studio');
  });
}
