import { studioPage } from '../../../resources/studio-page.ts';
import { pageHeaders } from '../page-headers.ts';

/** The page, and the headers that go with it. */
export interface ServedPage {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the page is told before it asks. */
interface PageOptions {
  /** The page asks a browser that is not signed in for a token. */
  readonly takesTokens: boolean;
  readonly demo: boolean;
}

/** The policy is that of script and style, which no option changes. */
let headers: ServedPage['headers'] | undefined;

/** The studio's page for a browser. It runs its own script only, talks to its own server only, and no other page frames it. */
export async function servedPage({ takesTokens, demo }: PageOptions): Promise<ServedPage> {
  const html = await studioPage({ demo });
  headers ??= headersFor(html);
  return { html: takesTokens ? askingForToken(html) : html, headers };
}

/** The page reads the attribute: its script and style are those of the policy, whatever its body says. */
function askingForToken(html: string): string {
  return html.replace('<body', '<body data-sign-in="token"');
}

function headersFor(html: string): ServedPage['headers'] {
  const [, script = ''] = /<script type="module">([\s\S]*)<\/script>/.exec(html) ?? [];
  const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(html) ?? [];
  return {
    ...pageHeaders({ script, style, further: ["img-src 'self' data: blob:", "media-src 'self' data: blob:"] }),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Frame-Options': 'DENY',
  };
}
