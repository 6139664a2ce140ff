import { studioPage } from '../../../resources/studio-page.ts';
import { pageHeaders } from '../page-headers.ts';

/** The page, and the headers that go with it. */
export interface ServedPage {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

let page: Promise<ServedPage> | undefined;

/**
 * The studio's page for a browser. It runs its own script only, talks to its own server only, and no other page frames it.
 * @param takesTokens the page asks a browser that is not signed in for a token
 */
export function servedPage({ takesTokens }: { readonly takesTokens: boolean }): Promise<ServedPage> {
  page ??= studioPage().then(
    (html) => ({ html, headers: headersFor(html) }),
    (error: unknown) => {
      // A build that runs meanwhile may bring it.
      page = undefined;
      throw error;
    },
  );
  return takesTokens ? page.then((plain) => ({ ...plain, html: askingForToken(plain.html) })) : page;
}

/** The page reads the attribute: its script and style are those of the policy, whatever its body says. */
function askingForToken(html: string): string {
  return html.replace('<body>', '<body data-sign-in="token">');
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
