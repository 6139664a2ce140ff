import fc from 'fast-check';
import { expect } from 'vitest';
import { ROUTES } from '../../../src/mcp/http/routes/registry.ts';
import { SharedServer } from '../../mcp/callers/shared-server.ts';
import { noisy } from '../../images/pictures.ts';
import { HOSTILE } from '../../support/hostile.ts';
import { damaged } from '../generators/damage.ts';
import type { WayIn } from '../inputs.ts';

/** Whole paths of which requests are made; the parts in braces are signed, or odd. */
const PATHS = [
  '/studio',
  '/studio/open/{odd}',
  '/studio/session',
  '/studio/pictures',
  '/uploads/{upload}',
  '/upload/{upload}',
  '/images/{picture}/{odd}',
  '/images/{picture}/preview',
  '/admin/spending',
  '/admin/jobs',
  '/admin/jobs/{odd}',
  '/admin/people',
  '/metrics',
  '/readyz',
  '/.well-known/oauth-protected-resource/{odd}',
  '/.well-known/{odd}',
  '/{odd}',
];

/** Every address but that of MCP: the studio, uploads, pictures, administration, probes. */
export const addresses: WayIn = async (more) => {
  const server = await SharedServer.open();
  const picture = await noisy(24, 16).png().toBuffer();
  const upload = await server.fetch('ada', '/studio/pictures', { method: 'POST', body: new Uint8Array(picture) });
  const { image = 'img_x' } = (await upload.json()) as { image?: string };
  const principal = Buffer.from(server.principalOf('ada')).toString('base64url');
  const later = Date.now() + 3_600_000;
  const signed: Readonly<Record<string, string>> = {
    upload: server.signer.sign('upload', principal, later),
    picture: server.signer.sign('picture', image, later),
    cookie: server.signer.sign('cookie', Buffer.from('{"principal":"x","scopes":[]}').toString('base64url'), later),
  };
  const part = fc.oneof(
    fc.constantFrom('..', '%2e%2e', '%', '%00', '%ff', 'x'.repeat(6_000), encodeURIComponent(HOSTILE), 'job_x', '{x}'),
    fc.constantFrom(...Object.values(signed)),
    fc
      .tuple(fc.constantFrom(...Object.values(signed)), fc.nat(60))
      .map(([token, at]) => `${token.slice(0, at)}A${token.slice(at + 1)}`),
    fc.stringMatching(/^[!-~]{0,20}$/).map(encodeURIComponent),
  );
  const query = fc.dictionary(
    fc.constantFrom('days', 'limit', 'principal', 'dry_run', 'name', 'download', 'x'),
    fc.oneof(
      fc.constantFrom('7', '-1', '1e9', 'true', 'false', server.principalOf('ben'), '../../x'),
      fc.string({ unit: 'binary', maxLength: 20 }),
    ),
    { maxKeys: 3 },
  );
  const headers = fc.dictionary(
    fc.constantFrom(
      'Range',
      'If-Range',
      'If-None-Match',
      'Origin',
      'Cookie',
      'Content-Type',
      'X-File-Name',
      'Sec-Fetch-Site',
      'Accept',
    ),
    fc.oneof(
      fc.constantFrom(
        'bytes=0-',
        'bytes=5-1',
        'bytes=-1',
        'bytes=0-1,3-4',
        'bytes=99999999999999999999-',
        '*',
        'null',
        'image/png',
      ),
      fc.constantFrom(
        'same-origin',
        'text/plain',
        '%',
        '%E0%A4%A',
        'x'.repeat(5_000),
        `firefly-studio-80=${signed['cookie']}`,
      ),
      fc.stringMatching(/^[!-~]{0,20}$/),
    ),
    { maxKeys: 4 },
  );
  const input = fc.record({
    who: fc.constantFrom('ada', 'adaReads', 'root', undefined),
    method: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'),
    path: fc.constantFrom(...PATHS),
    parts: fc.array(part, { minLength: 2, maxLength: 2 }),
    query,
    headers,
    body: fc.oneof(
      damaged(fc.constant(picture)),
      fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
    ),
  });
  await more(input, async ({ who, method, path, parts, query: asked, headers: told, body }) => {
    const [odd = '', other = ''] = parts;
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
      name === 'odd' ? odd : other.length % 2 ? other : (signed[name] ?? ''),
    );
    const search = new URLSearchParams(asked);
    const hasBody = method !== 'GET' && method !== 'HEAD';
    const answer = await server.fetch(who, `${filled.replace(/^\/+/, '/')}?${search}`, {
      method,
      headers: told,
      redirect: 'manual',
      ...(hasBody && { body: new Uint8Array(body) }),
    });
    expect(answer.status).not.toBe(500);
    const text = await answer.text();
    expect(text).not.toMatch(/internal_error|\n +at /);
    if (who === undefined || who === 'adaReads') expect(text).not.toContain(server.principalOf('ben'));
    const health = await server.fetch(undefined, '/healthz');
    expect(await health.text()).toBe('{"status":"ok"}');
  });
  await server.end();
};

/** Paths of routes that no request is made for. */
export function missedRoutes(): readonly string[] {
  const tried = PATHS.map((path) => path.replace(/\{\w+\}/g, 'job_x'));
  // MCP has ways in of its own; `healthz` is asked after each request.
  const elsewhere = ['mcp', 'healthz'];
  return ROUTES.filter(({ name, path }) => !elsewhere.includes(name) && !tried.some((one) => path.test(one))).map(
    ({ name }) => name,
  );
}
