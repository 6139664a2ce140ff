import { createHash } from 'node:crypto';
import { studioPage } from '../../../resources/studio-page.ts';

/** The page, and the headers that go with it. */
export interface ServedPage {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

let page: Promise<ServedPage> | undefined;

/** The studio's page for a browser. It runs its own script only, talks to its own server only, and no other page frames it. */
export function servedPage(): Promise<ServedPage> {
  return (page ??= studioPage().then((html) => ({ html, headers: headersFor(html) })));
}

function headersFor(html: string): ServedPage['headers'] {
  const [, script = ''] = /<script type="module">([\s\S]*)<\/script>/.exec(html) ?? [];
  const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(html) ?? [];
  const policy = [
    "default-src 'none'",
    `script-src ${hashSource(script)}`,
    `style-src ${hashSource(style)}`,
    "img-src 'self' data: blob:",
    "media-src 'self' data: blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': policy,
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  };
}

/** The source expression that lets exactly this text run (CSP level 3, section 2.3.1). */
function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
