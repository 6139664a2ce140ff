import type { Config } from '../../config/resolve.ts';
import type { ProbeOutcome, ProbeTarget, ProxyOutcome } from '../../firefly/probe.ts';
import { LOCAL_CALLER } from '../../shared/caller.ts';
import type { Clock } from '../../shared/time/clock.ts';
import type { Composition } from '../composition/compose.ts';
import type { Check, Finding } from './check.ts';

/** Tokens and signed URLs expire: with a larger difference between the clocks they seem expired or not yet valid. */
const CLOCK_WARN_MS = 60_000;
const CLOCK_FAIL_MS = 300_000;

/** What the checks of the upstream need. */
export interface UpstreamCheckOptions {
  readonly config: Config;
  readonly composition: Composition;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Sends a request without credentials to one of Adobe's origins. */
  readonly probe: (target: ProbeTarget) => Promise<ProbeOutcome>;
  /** Opens a connection to a proxy. */
  readonly probeProxy: (address: string) => Promise<ProxyOutcome>;
  /** Whether requests to an origin go past the proxy. */
  readonly bypassesProxy: (origin: string, noProxy: string | undefined) => boolean;
}

/** Checks of the upstream: credentials, network, clock, token, custom models, quota. */
export function upstreamChecks(options: UpstreamCheckOptions): readonly Check[] {
  const { config, clock } = options;
  const outcomes = new Map<ProbeTarget, Promise<ProbeOutcome>>();
  const probe = (target: ProbeTarget) => {
    const outcome = outcomes.get(target) ?? options.probe(target);
    outcomes.set(target, outcome);
    return outcome;
  };
  const isReached = async () =>
    (await Promise.all([probe('ims'), probe('api')])).some(({ kind }) => kind === 'reached');
  return [
    { name: 'credentials', run: async () => judgeCredentials(config) },
    { name: 'proxy', run: () => judgeProxy(options) },
    {
      name: 'identity service',
      run: async () => judgeReach(await probe('ims'), config.imsUrl, goesBy(options, config.imsUrl)),
    },
    {
      name: 'firefly api',
      run: async () => judgeReach(await probe('api'), config.apiUrl, goesBy(options, config.apiUrl)),
    },
    { name: 'certificates', run: async () => judgeCertificates(options.env, await isReached()) },
    { name: 'clock', run: async () => judgeClock(await probe('api'), clock.now()) },
    { name: 'token', run: () => judgeToken(options) },
    { name: 'custom models', run: () => judgeModels(options) },
    { name: 'quota', run: () => judgeQuota(options) },
  ];
}

/** Whether the environment of the host asks Node to check no certificates. */
export function judgeCertificates(env: UpstreamCheckOptions['env'], isReached: boolean): Finding {
  if (!isReached) return { verdict: 'warn', message: 'not checked: no host was reached' };
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return { verdict: 'ok', message: 'checked' };
  return {
    verdict: 'warn',
    message: 'checked, although NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment asks for no check',
    next: 'Remove it, since other programs follow it; behind a company proxy set NODE_EXTRA_CA_CERTS.',
  };
}

function judgeCredentials({ credentials, missing, demo }: Config): Finding {
  if (demo) return { verdict: 'ok', message: 'not needed: the emulator takes the place of Adobe' };
  if (credentials !== undefined) {
    const secret = credentials.clientSecret === undefined ? 'an access token' : 'a client secret';
    return { verdict: 'ok', message: `a client id and ${secret}` };
  }
  return {
    verdict: 'fail',
    message: `not configured: ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing`,
    next: 'Set them as variables or in config.json, or use --demo to try everything without Adobe.',
  };
}

async function judgeProxy({ config, env, probeProxy, bypassesProxy }: UpstreamCheckOptions): Promise<Finding> {
  const { httpsProxy, noProxy, apiUrl, imsUrl } = config;
  if (httpsProxy === undefined) {
    const other = OTHER_PROXIES.find((name) => (env[name] ?? '').trim() !== '');
    const remark = other === undefined || config.demo ? '' : `: ${other} does not count, HTTPS_PROXY does`;
    return { verdict: 'ok', message: `none${remark}` };
  }
  const { host } = new URL(httpsProxy);
  if ([apiUrl, imsUrl].every((origin) => bypassesProxy(origin, noProxy))) {
    const why = noProxy === undefined ? 'plain http goes to this machine directly' : 'NO_PROXY covers the addresses';
    return { verdict: 'ok', message: `${host} is not used: ${why}` };
  }
  const outcome = await probeProxy(httpsProxy);
  if (outcome.kind === 'unreachable') {
    return {
      verdict: 'fail',
      message: `${host} does not answer (${outcome.code})`,
      next: 'Set HTTPS_PROXY to the address of a proxy, such as http://proxy.example:3128, or unset it.',
    };
  }
  const except = noProxy === undefined ? '' : `, except for ${noProxy}`;
  return { verdict: 'ok', message: `${host}${except}` };
}

/** Variables of proxies that other programs follow. */
const OTHER_PROXIES = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];

/** Whether requests to an origin go by the proxy. */
function goesBy({ config: { httpsProxy, noProxy }, bypassesProxy }: UpstreamCheckOptions, origin: string): boolean {
  return httpsProxy !== undefined && !bypassesProxy(origin, noProxy);
}

/**
 * Whether an origin answers, with any status.
 * @param byProxy whether the request went by HTTPS_PROXY
 */
export function judgeReach(outcome: ProbeOutcome, origin: string, byProxy = false): Finding {
  if (outcome.kind === 'reached') return { verdict: 'ok', message: 'answers' };
  const way = byProxy ? ' by the proxy' : '';
  const { code } = outcome;
  return { verdict: 'fail', message: `${origin} cannot be reached${way} (${code})`, next: adviceFor(code, byProxy) };
}

function adviceFor(code: string, byProxy: boolean): string {
  if (/CERT|SIGNATURE|ISSUER/.test(code)) {
    return 'A company proxy probably replaces the certificates: set NODE_EXTRA_CA_CERTS to the file of its authority.';
  }
  if (byProxy) return 'Check the proxy that HTTPS_PROXY names, or let NO_PROXY name this host.';
  return 'Check the network; behind a company proxy, set HTTPS_PROXY in the configuration of the host.';
}

/** Whether this machine's clock agrees with Adobe's `Date` header, which has whole seconds. */
export function judgeClock(outcome: ProbeOutcome, now: number): Finding {
  if (outcome.kind === 'unreachable' || outcome.serverTime === undefined) {
    return { verdict: 'warn', message: 'not compared: no answer with a date' };
  }
  const off = now - outcome.serverTime;
  const seconds = Math.round(Math.abs(off) / 1000);
  if (Math.abs(off) < CLOCK_WARN_MS) return { verdict: 'ok', message: `within ${Math.max(1, seconds)} s of Adobe’s` };
  return {
    verdict: Math.abs(off) < CLOCK_FAIL_MS ? 'warn' : 'fail',
    message: `${seconds} s ${off > 0 ? 'ahead of' : 'behind'} Adobe’s`,
    next: 'Set the clock of this machine, preferably by network time (NTP).',
  };
}

async function judgeToken({ config, composition }: UpstreamCheckOptions): Promise<Finding> {
  if (isUnconfigured(config)) return skipped();
  const { firefly } = await composition.services();
  await firefly.prepare();
  return { verdict: 'ok', message: 'issued' };
}

async function judgeModels({ config, composition }: UpstreamCheckOptions): Promise<Finding> {
  if (isUnconfigured(config)) return skipped();
  const { firefly } = await composition.services();
  try {
    const { total } = await firefly.customModels({ limit: 1 });
    return { verdict: 'ok', message: total === undefined ? 'listed' : `${total} available` };
  } catch (error) {
    const { toProblemRecord } = await import('../../shared/errors.ts');
    // Adobe refuses this to accounts without custom models, which can still generate.
    return { verdict: 'warn', message: toProblemRecord(error).message, next: 'Needed for custom_model only.' };
  }
}

async function judgeQuota({ composition, clock }: UpstreamCheckOptions): Promise<Finding> {
  const { jobs } = await composition.services();
  const { quota, budget } = await jobs.overview(LOCAL_CALLER, { limit: 1 });
  const { quotaFacts, quotaSentence } = await import('../../render/account/quota.ts');
  const { budgetFacts, budgetSentence } = await import('../../render/account/budget.ts');
  const now = clock.now();
  const spent = budgetFacts(budget, now);
  const message = [
    quotaSentence(quotaFacts(quota, now)).replace('Quota: ', ''),
    ...(spent === undefined ? [] : [budgetSentence(spent, 'installation')]),
  ].join(' ');
  if (budget !== undefined && budget.spent >= budget.limit) {
    return { verdict: 'warn', message, next: 'Paid calls are refused: raise FIREFLY_DAILY_BUDGET, or wait.' };
  }
  if (quota.usedToday < quota.perDay) return { verdict: 'ok', message };
  return { verdict: 'warn', message, next: 'Paid calls wait until the daily quota allows them again.' };
}

function isUnconfigured(config: Config): boolean {
  return !config.demo && config.credentials === undefined;
}

function skipped(): Finding {
  return { verdict: 'warn', message: 'not checked: no credentials' };
}
