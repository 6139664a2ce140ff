import { createHash } from 'node:crypto';

/** What a page of this server consists of, and what it may do besides. */
interface PageParts {
  readonly script: string;
  readonly style: string;
  /** Further directives of its policy, such as `img-src 'self'`. */
  readonly further?: readonly string[];
}

/** Headers of a page: it runs its own script only, talks to its own server only, and no other page frames it. */
export function pageHeaders({ script, style, further = [] }: PageParts): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    `script-src ${hashSource(script)}`,
    `style-src ${hashSource(style)}`,
    ...further,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': policy,
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  };
}

/** The source expression that lets exactly this text run (CSP level 3, section 2.3.1). */
function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
