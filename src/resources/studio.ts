import { STUDIO_URI } from '../tools/studio.ts';
import type { FixedResource } from './define.ts';
import { studioPage } from './studio-page.ts';

/**
 * `ui://firefly/studio.html`: the page in which hosts with MCP Apps (revision 2026-01-26) show results. It names no domains
 * of its own, so that the strictest content security policy applies: pictures come as `data:` addresses.
 */
export const studio: FixedResource = {
  kind: 'fixed',
  uri: STUDIO_URI,
  name: 'studio',
  title: 'Studio',
  description: 'The page in which hosts show results: compare, paint a mask, choose, browse.',
  mimeType: 'text/html;profile=mcp-app',
  async read({ settings: { demo } }) {
    const meta = { ui: { prefersBorder: true } };
    return [{ uri: this.uri, mimeType: this.mimeType, text: await studioPage({ demo }), meta }];
  },
};
