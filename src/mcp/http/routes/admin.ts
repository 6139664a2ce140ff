import { USAGE_DAYS } from '../../../jobs/model/spending-views.ts';
import type { Administration } from '../../../jobs/model/administration.ts';
import type { Identity } from '../../../shared/caller.ts';
import { Problem } from '../../../shared/errors.ts';
import { quoteUntrusted } from '../../../shared/text/text.ts';
import { refuse, respond } from '../respond.ts';
import { respondProblem } from './problem-answer.ts';
import type { Exchange, Route } from './route.ts';

/** Most jobs in one answer. */
const MOST_JOBS = 1_000;
const USUAL_JOBS = 100;
/** Longest principal: `iss|sub` of the longest issuer and subject that sign in. */
const LONGEST_PRINCIPAL = 600;

/** What each principal may have been charged for, by person and day. `?days=7` */
export const spending = route('admin spending', /^\/admin\/spending$/, 'GET', async (admin, { query }) => {
  const days = numberIn(query, 'days', { usual: USAGE_DAYS, most: USAGE_DAYS });
  const spent = await admin.spending({ days });
  return { days, spending: spent.map(({ day, principal, cost }) => ({ day, principal, ...cost })) };
});

/** Unfinished jobs of all principals, without what they show. `?limit=100` */
export const unfinishedJobs = route('admin jobs', /^\/admin\/jobs$/, 'GET', async (admin, { query }) => {
  const { jobs, people } = await admin.unfinished({
    limit: numberIn(query, 'limit', { usual: USUAL_JOBS, most: MOST_JOBS }),
  });
  return {
    people,
    jobs: jobs.map(({ id, createdAt, ...facts }) => ({
      job: id,
      ...facts,
      created_at: new Date(createdAt).toISOString(),
    })),
  };
});

/** Cancels a job or a batch of any principal. */
export const cancelJob = route(
  'admin cancel',
  /^\/admin\/jobs\/((?:job|batch)_\w{1,40})$/,
  'DELETE',
  async (admin, { parts: [id = ''], options }, { principal: by }) => {
    const { principal, state } = await admin.cancel(id);
    options.logger.info('admin_cancelled', { by, job: id, principal });
    return { job: id, principal, state };
  },
);

/** Deletes everything of a principal. `?principal=…&dry_run=true` */
export const forgetPerson = route(
  'admin forget',
  /^\/admin\/people$/,
  'DELETE',
  async (admin, { query, options }, { principal: by }) => {
    const principal = query.get('principal') ?? '';
    if (principal === '' || principal.length > LONGEST_PRINCIPAL) throw wrongQuery('principal', 'names a person');
    const dryRun = query.get('dry_run') ?? 'false';
    if (dryRun !== 'true' && dryRun !== 'false') throw wrongQuery('dry_run', 'is true or false');
    const { freed, ...counts } = await admin.forget(principal, { dryRun: dryRun === 'true' });
    if (dryRun === 'false') options.logger.info('admin_forgot', { by, principal, ...counts });
    return { principal, dry_run: dryRun === 'true', ...counts, freed_bytes: freed.bytes };
  },
);

type Act = (admin: Administration, exchange: Exchange, identity: Identity) => Promise<object>;

/** A route of administrators: any other sender is refused before a look-up. */
function route(name: string, path: RegExp, method: 'GET' | 'DELETE', act: Act): Route {
  return {
    name,
    path,
    methods: method === 'GET' ? ['GET', 'HEAD'] : ['DELETE'],
    access: 'identity',
    scope: 'admin',
    async answer(exchange, identity) {
      const { response, options } = exchange;
      if (options.administration === undefined) return refuse(response, { status: 404, message: 'Nothing is here.' });
      try {
        respond(response, 200, await act(await options.administration(), exchange, identity));
      } catch (error) {
        respondProblem(response, error, (defect) => options.logger.error('admin_failed', { error: defect }));
      }
    },
  };
}

function numberIn(query: URLSearchParams, name: string, { usual, most }: { usual: number; most: number }): number {
  const text = query.get(name);
  if (text === null) return usual;
  const number = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > most) throw wrongQuery(name, `is a whole number from 1 to ${most}`);
  return number;
}

function wrongQuery(name: string, what: string): Problem {
  return new Problem('invalid_argument', `The query's ${quoteUntrusted(name, 20)} is missing or wrong.`, {
    next: `Give one that ${what}.`,
  });
}
