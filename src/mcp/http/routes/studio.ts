import { commandHint } from '../../../render/demo.ts';
import { requireScope } from '../../../shared/caller.ts';
import { sendText } from '../respond.ts';
import { endedCookie, secretsOf, sessionCookie } from '../studio/cookie.ts';
import { sendPage } from '../studio/plain-page.ts';
import type { Route } from './route.ts';
import { receivePicture } from './uploads.ts';

const PAGE_MISSING =
  'The page of the studio is not in this installation. Install the package again; in a clone run "npm run build".';

/** The page. It holds no data: what it shows it asks for, as the browser that is signed in. */
export const studio: Route = {
  name: 'studio',
  path: /^\/studio$/,
  methods: ['GET', 'HEAD'],
  access: 'open',
  isLinked: true,
  async answer({ request, response, options: { takesTokens = false, settings, logger } }) {
    const { servedPage } = await import('../studio/page.ts');
    const served = await servedPage({ takesTokens, demo: settings.demo }).catch((error: unknown) => {
      logger.error('studio_page_missing', { error });
      return undefined;
    });
    if (served === undefined) return sendText(response, 503, PAGE_MISSING);
    const { html, headers } = served;
    response.writeHead(200, headers);
    response.end(request.method === 'HEAD' ? undefined : html);
  },
};

/**
 * Signs the browser in that comes with a code, and leads it to the page: the address with the code stays in no history, and
 * a code that was used is worth nothing.
 */
export const studioEntrance: Route = {
  name: 'studio entrance',
  path: /^\/studio\/open\/([\w-]{1,100})$/,
  methods: ['GET'],
  access: 'signed',
  answer({ response, parts: [code = ''], options: { browsers, origin, settings } }) {
    const session = browsers.redeem(code);
    if (session === undefined) {
      return sendPage(response, 410, {
        title: 'This address opens the studio no more',
        sentence: `It has been used or is too old. Start "${commandHint('studio', settings)}" once more.`,
      });
    }
    response.writeHead(303, {
      Location: '/studio',
      'Set-Cookie': sessionCookie(origin, session),
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
    });
    response.end();
  },
};

/** POST signs in a sender that shows a token in `Authorization`, so that the page needs to keep none; DELETE signs out. */
export const studioSession: Route = {
  name: 'studio session',
  path: /^\/studio\/session$/,
  methods: ['POST', 'DELETE'],
  access: 'identity',
  answer({ request, response, options: { browsers, origin } }, identity) {
    for (const secret of secretsOf(request, origin)) browsers.end(secret);
    const cookie = request.method === 'POST' ? sessionCookie(origin, browsers.open(identity)) : endedCookie(origin);
    response.writeHead(204, { 'Set-Cookie': cookie, 'Cache-Control': 'no-store' });
    response.end();
  },
};

/** A picture of the person's device, sent by the page. Its name is in `X-File-Name`, percent-encoded. */
export const studioPictures: Route = {
  name: 'studio pictures',
  path: /^\/studio\/pictures$/,
  methods: ['POST'],
  access: 'identity',
  answer(exchange, identity) {
    const arrivalOf = () => {
      requireScope(identity, 'generate');
      return { principal: identity.principal, file: fileName(exchange.request.headers['x-file-name']) };
    };
    return receivePicture(exchange, arrivalOf);
  },
};

function fileName(header: string | string[] | undefined): string | undefined {
  try {
    return typeof header === 'string' ? decodeURIComponent(header) : undefined;
  } catch {
    return undefined;
  }
}
