import { LOCAL_CALLER } from '../../../shared/caller.ts';
import { atMost } from '../../../shared/time/deadline.ts';
import type { RouteOptions } from '../routes/route.ts';
import type { Metric, Sample } from './text-format.ts';

/** Longest wait for the store: what scrapes gives up after ten seconds. */
const STORE_MS = 5_000;

type Collected = Pick<RouteOptions, 'info' | 'clock' | 'logger' | 'services' | 'administration' | 'meter' | 'endpoint'>;

/** What is counted in this process, and what the store knows of all processes. Without the store, the former alone. */
export async function collectMetrics(options: Collected): Promise<readonly Metric[]> {
  const { info, endpoint, meter, clock, logger } = options;
  const open = endpoint.load();
  const { rss } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const store = await atMost(STORE_MS, ofStore(options), clock).catch((error: unknown) => {
    logger.warn('metrics_incomplete', { error });
    return undefined;
  });
  return [
    gauge('firefly_info', 'The version of the program.', [{ labels: { version: info.version }, value: 1 }]),
    gauge('process_resident_memory_bytes', 'Memory of this process.', [{ value: rss }]),
    {
      name: 'process_cpu_seconds_total',
      type: 'counter',
      help: 'Processor time of this process.',
      samples: [{ value: (user + system) / 1e6 }],
    },
    gauge('process_uptime_seconds', 'Time since the start of this process.', [{ value: process.uptime() }]),
    gauge(
      'firefly_open',
      'What is open in this process: answers, sessions of the 2025 era, subscriptions of 2026-07-28.',
      [
        { labels: { kind: 'answers' }, value: open.answers },
        { labels: { kind: 'sessions' }, value: open.sessions },
        { labels: { kind: 'subscriptions' }, value: open.subscriptions },
      ],
    ),
    ...meter.metrics(),
    gauge('firefly_store_up', 'Whether the store has answered.', [{ value: store === undefined ? 0 : 1 }]),
    ...(store ?? []),
  ];
}

/** What is common to all processes of the store and the account. */
async function ofStore({ services, administration, clock }: Collected): Promise<readonly Metric[]> {
  const { jobs } = await services();
  const { quota, budget } = await jobs.overview(LOCAL_CALLER, { limit: 1 });
  const room = await administration?.();
  const people = (await room?.unfinished({ limit: 1 }))?.people;
  const spent = await room?.spending({ days: 1 });
  const total = (of: 'queued' | 'running') => people?.reduce((sum, person) => sum + person[of], 0);
  return [
    gauge('firefly_jobs', 'Unfinished jobs of everybody, in all processes.', [
      ...sample({ phase: 'queued' }, total('queued')),
      ...sample({ phase: 'running' }, total('running')),
    ]),
    gauge('firefly_quota_requests', 'Requests that count in the windows of the quota.', [
      { labels: { window: 'minute' }, value: quota.usedThisMinute },
      { labels: { window: 'day' }, value: quota.usedToday },
    ]),
    gauge('firefly_quota_requests_limit', 'The quota of the organisation, as configured.', [
      { labels: { window: 'minute' }, value: quota.perMinute },
      { labels: { window: 'day' }, value: quota.perDay },
    ]),
    gauge('firefly_cooldown_seconds', 'Time for which nothing is sent after a 429 of Adobe.', [
      { value: Math.max(0, (quota.cooldownUntil ?? 0) - clock.now()) / 1000 },
    ]),
    gauge(
      'firefly_spent_operations_today',
      'Operations that may have been charged since midnight, UTC.',
      sample(
        {},
        spent?.reduce((sum, { cost }) => sum + cost.operations, 0),
      ),
    ),
    gauge(
      'firefly_budget_operations_left',
      'What is left of the daily budget of the installation.',
      sample({}, budget?.left),
    ),
  ];
}

function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, type: 'gauge', help, samples };
}

function sample(labels: Readonly<Record<string, string>>, value: number | undefined): readonly Sample[] {
  return value === undefined ? [] : [{ labels, value }];
}
