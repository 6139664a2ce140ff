import { wholeNumber } from '../../../config/kinds.ts';
import type { Administration } from '../../../jobs/model/administration.ts';
import { USAGE_DAYS } from '../../../jobs/model/spending-views.ts';
import { demoFlag, type Command } from '../../command.ts';
import { compose } from '../../composition/compose.ts';
import { configure } from '../../composition/configure.ts';
import { holdsJobs } from '../../composition/data-paths.ts';
import { EXIT, UsageError, type ExitCode } from '../../exit-codes.ts';
import type { ParsedFlags } from '../../parsed-flags.ts';
import { table } from '../../terminal/table.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { forget } from './forget.ts';
import { addPerson } from './people-file.ts';

/** Jobs that are shown. */
const MOST_JOBS = 100;
const days = wholeNumber(1, USAGE_DAYS);

/** What is done with the store, once it is open. */
type Act = (administration: Administration) => Promise<ExitCode>;

/**
 * What is done, by the first word. The arguments are read here, before the store is looked for, which may not be there yet.
 * @throws UsageError
 */
const ACTS: Readonly<Record<string, (flags: ParsedFlags, terminal: Terminal) => Act>> = {
  spending: (flags, terminal) => {
    const number = days.parse(flags.strings['days'] ?? String(USAGE_DAYS), terminal);
    if (number === undefined) throw new UsageError(`--days must be ${days.expected}.`);
    return (administration) => spending(administration, number, terminal);
  },
  jobs: (_flags, terminal) => (administration) => jobs(administration, terminal),
  cancel: ({ words: [, id] }, terminal) => {
    if (id === undefined) throw new UsageError('Name the job or batch to cancel, as in "admin cancel job_…".');
    return (administration) => cancel(administration, id, terminal);
  },
  forget: ({ words: [, principal], booleans }, terminal) => {
    if (principal === undefined) throw new UsageError('Name the principal, as "admin spending" shows it.');
    const how = { principal, isDryRun: booleans.has('dry-run'), isAgreed: booleans.has('yes') };
    return (administration) => forget(administration, how, terminal);
  },
};

export const admin: Command = {
  usage: 'spending | jobs | cancel ID | forget PRINCIPAL | token NAME',
  description: `Looks after what everybody has in this store, with the configured credentials; a running server has the same at
/admin/…, for people with the scope firefly:admin.

spending            what everybody may have been charged for, by person and day (--days)
jobs                unfinished jobs of everybody, without what they show
cancel ID           cancels a job or a batch of anybody
forget PRINCIPAL    deletes everything of a person: jobs, batches, pictures, uploads. The record of spending stays.
                    Take the person out of the sign-in first. Unfinished jobs are cancelled and go with the next run
token NAME          adds a person to FIREFLY_AUTH_FILE, and shows the token once, on a screen`,
  flags: {
    days: { type: 'string', placeholder: 'N', help: `spending: days that are shown. Default: ${USAGE_DAYS}.` },
    'dry-run': { type: 'boolean', help: 'forget: show what would be deleted, and delete nothing.' },
    yes: { type: 'boolean', help: 'forget: do not ask.' },
    scopes: {
      type: 'string',
      placeholder: 'LIST',
      help: 'token: read, generate, admin, separated by commas. Default: read,generate.',
    },
    budget: { type: 'string', placeholder: 'N', help: 'token: most operations in 24 hours. Default: no limit.' },
    replace: { type: 'boolean', help: 'token: give a person of the file a new token; the former one ends.' },
    ...demoFlag,
  },
  takesOptions: true,
  words: 2,
  async run(flags, terminal) {
    const [act = ''] = flags.words;
    if (act === 'token') return addPerson(flags, terminal);
    const read = Object.hasOwn(ACTS, act) ? ACTS[act] : undefined;
    if (read === undefined) throw new UsageError('Name what to do: spending, jobs, cancel, forget or token.');
    const run = read(flags, terminal);
    const configured = configure(flags, terminal, { oneShot: true });
    if (!(await holdsJobs(configured.config))) {
      await terminal.out('There is nothing in the store yet.\n');
      return EXIT.ok;
    }
    const composition = compose({ ...configured, terminal, drivesJobs: false });
    try {
      return await run(await composition.administration());
    } finally {
      await composition.close();
    }
  },
};

async function spending(administration: Administration, shown: number, terminal: Terminal): Promise<ExitCode> {
  const { costPhrase } = await import('../../../render/cost.ts');
  const spent = await administration.spending({ days: shown });
  const rows = spent.map(({ day, principal, cost }) => [day, principal, costPhrase(cost)]);
  await terminal.out(
    rows.length === 0 ? 'Nothing was spent.\n' : `${table([['day', 'principal', 'cost'], ...rows]).join('\n')}\n`,
  );
  return EXIT.ok;
}

async function jobs(administration: Administration, terminal: Terminal): Promise<ExitCode> {
  const { jobs: unfinished, people } = await administration.unfinished({ limit: MOST_JOBS });
  const rows = unfinished.map(({ id, principal, tool, state, cancelling, batch }) => [
    id,
    cancelling ? 'cancelling' : state,
    tool,
    principal,
    batch ?? '',
  ]);
  const lines = [
    ...(rows.length === 0
      ? ['No job is unfinished.']
      : table([['job', 'state', 'tool', 'principal', 'batch'], ...rows])),
    ...people.map(({ principal, queued, running }) => `${principal}: ${queued} queued, ${running} running`),
  ];
  await terminal.out(`${lines.join('\n')}\n`);
  return EXIT.ok;
}

async function cancel(administration: Administration, id: string, terminal: Terminal): Promise<ExitCode> {
  const { principal, state } = await administration.cancel(id);
  await terminal.out(`The cancel of ${id}, of ${principal}, is on record; it is ${state} now.\n`);
  return EXIT.ok;
}
