import { LOG_LEVELS } from '../shared/logger.ts';
import { TOOLSETS, type Toolset } from '../shared/toolsets.ts';
import { defaultHome, defaultRoots } from './folders.ts';
import {
  addressRanges,
  credential,
  gigabytes,
  issuer,
  oneOf,
  pairs,
  origin,
  origins,
  proxy,
  someOf,
  spendingLimit,
  text,
  wholeNumber,
  words,
  yesOrNo,
  type Kind,
} from './kinds.ts';
import { database, path, paths } from './path-kinds.ts';
import type { Environment } from './environment.ts';

/** Declaration of one option, from which resolver, help text and README are derived. */
export interface Option<T> {
  /** Environment variables. The first is the option's name and its key in `config.json`; the others are aliases. */
  readonly variables: readonly [string, ...string[]];
  /** Command-line flag without dashes. Secrets have none: a command line is visible to every user of a machine. */
  readonly flag?: string;
  /** Name of the flag's value in help; a flag without one is boolean. */
  readonly placeholder?: string;
  /** The value is never shown in errors or logs. */
  readonly secret: boolean;
  /** A `…_FILE` variable may name a file (mode 0600) with the value. */
  readonly credential: boolean;
  /** Of the way to Adobe, which a demo does not go: its value, a wrong one too, is ignored there. */
  readonly reachesAdobe?: boolean;
  readonly kind: Kind<T>;
  readonly defaultValue: (environment: Environment) => T;
  /** The default as help shows it; undefined if there is none. */
  readonly defaultText: string | undefined;
  /** Meaning of the option, in one sentence. */
  readonly help: string;
}

const open = { secret: false, credential: false } as const;
const unset = { defaultValue: () => undefined, defaultText: undefined } as const;
const secretCredential = { secret: true, credential: true, kind: credential, ...unset } as const;
const option = <T>(facts: Option<T>): Option<T> => facts;

const SCOPES = ['openid', 'AdobeID', 'session', 'additional_info', 'read_organizations', 'firefly_api', 'ff_apis'];

/** The option table, the only place where options are declared. */
export const OPTIONS = {
  clientId: option<string | undefined>({
    variables: ['FIREFLY_CLIENT_ID', 'FIREFLY_SERVICES_CLIENT_ID', 'CUSTOM_MODELS_CLIENT_ID'],
    flag: 'client-id',
    placeholder: 'ID',
    secret: false,
    credential: true,
    kind: credential,
    ...unset,
    help: 'Client id of the OAuth server-to-server credential.',
  }),
  clientSecret: option<string | undefined>({
    variables: ['FIREFLY_CLIENT_SECRET', 'FIREFLY_SERVICES_CLIENT_SECRET', 'CUSTOM_MODELS_CLIENT_SECRET'],
    ...secretCredential,
    help: 'Client secret of that credential.',
  }),
  accessToken: option<string | undefined>({
    variables: ['FIREFLY_ACCESS_TOKEN'],
    ...secretCredential,
    help: 'An access token from elsewhere, used with the client id until it expires.',
  }),
  scopes: option<readonly string[]>({
    ...open,
    reachesAdobe: true,
    variables: ['FIREFLY_SCOPES'],
    flag: 'scopes',
    placeholder: 'LIST',
    kind: words,
    defaultValue: () => SCOPES,
    defaultText: SCOPES.join(','),
    help: 'Scopes to request with the token, separated by commas.',
  }),
  apiUrl: option<string>({
    ...open,
    reachesAdobe: true,
    variables: ['FIREFLY_API_URL'],
    flag: 'api-url',
    placeholder: 'URL',
    kind: origin('https://firefly-api.adobe.io'),
    defaultValue: () => 'https://firefly-api.adobe.io',
    defaultText: 'https://firefly-api.adobe.io',
    help: 'Origin of the Firefly API; change it for emulators and tests only.',
  }),
  imsUrl: option<string>({
    ...open,
    reachesAdobe: true,
    variables: ['FIREFLY_IMS_URL'],
    flag: 'ims-url',
    placeholder: 'URL',
    kind: origin('https://ims-na1.adobelogin.com'),
    defaultValue: () => 'https://ims-na1.adobelogin.com',
    defaultText: 'https://ims-na1.adobelogin.com',
    help: 'Origin of Adobe’s identity service, which issues tokens.',
  }),
  trustedOrigins: option<readonly string[]>({
    ...open,
    reachesAdobe: true,
    variables: ['FIREFLY_TRUSTED_ORIGINS'],
    flag: 'trusted-origins',
    placeholder: 'LIST',
    kind: origins,
    defaultValue: () => [],
    defaultText: undefined,
    help: 'More origins that status, cancel and result links may use, separated by commas; for emulators and tests.',
  }),
  home: option<string>({
    ...open,
    variables: ['FIREFLY_HOME'],
    flag: 'home',
    placeholder: 'DIR',
    kind: path,
    defaultValue: defaultHome,
    defaultText: 'the platform’s data folder',
    help: 'Data folder: jobs, quota, pictures, and config.json.',
  }),
  databaseUrl: option<string | undefined>({
    secret: true,
    credential: true,
    variables: ['FIREFLY_DATABASE_URL'],
    kind: database,
    defaultValue: () => undefined,
    defaultText: 'SQLite in the data folder',
    help: 'Database of jobs, quota and picture records: postgres://user:password@host/database (PostgreSQL 13 or newer; elsewhere by TLS with a checked certificate, unless it says sslmode=disable), or sqlite: and a path. Processes with one database must share the data folder too: it has the pictures.',
  }),
  roots: option<readonly string[]>({
    ...open,
    variables: ['FIREFLY_ROOTS'],
    flag: 'roots',
    placeholder: 'DIRS',
    kind: paths,
    defaultValue: defaultRoots,
    defaultText: 'the working directory; none if that is a filesystem root, the home folder or a system folder',
    help: 'Folders that pictures may be read from, separated as in PATH. Relative paths start from the working directory.',
  }),
  outputFolder: option<string | undefined>({
    ...open,
    variables: ['FIREFLY_OUTPUT_DIR'],
    flag: 'output-dir',
    placeholder: 'DIR',
    kind: path,
    defaultValue: () => undefined,
    defaultText: 'the working directory, or Firefly in the pictures folder if that is outside all roots',
    help: 'Folder that save_image writes under. A picture without a folder in its name goes to firefly/ within it.',
  }),
  perMinute: option<number>({
    ...open,
    variables: ['FIREFLY_RPM'],
    flag: 'rpm',
    placeholder: 'N',
    kind: wholeNumber(1, 10_000),
    defaultValue: () => 4,
    defaultText: '4',
    help: 'Paid requests that the organisation may make in a minute.',
  }),
  perDay: option<number>({
    ...open,
    variables: ['FIREFLY_RPD'],
    flag: 'rpd',
    placeholder: 'N',
    kind: wholeNumber(1, 10_000_000),
    defaultValue: () => 9000,
    defaultText: '9000',
    help: 'Paid requests that the organisation may make in a day.',
  }),
  dailyBudget: option<number | undefined>({
    ...open,
    variables: ['FIREFLY_DAILY_BUDGET'],
    flag: 'daily-budget',
    placeholder: 'N',
    kind: wholeNumber(0, 10_000_000),
    ...unset,
    defaultText: 'no limit',
    help: 'Most operations (Adobe bills one for each picture) in 24 hours with one client id, over all processes; more is refused, free. 0 refuses all.',
  }),
  confirmOver: option<number>({
    ...open,
    variables: ['FIREFLY_CONFIRM'],
    flag: 'confirm-spending',
    placeholder: 'WHEN',
    kind: spendingLimit,
    defaultValue: () => Infinity,
    defaultText: 'never',
    help: 'When to ask a person before money is spent: never, over:N (calls that cost more than N operations), always.',
  }),
  retentionDays: option<number | undefined>({
    ...open,
    variables: ['FIREFLY_RETENTION_DAYS'],
    flag: 'retention-days',
    placeholder: 'N',
    kind: wholeNumber(1, 36_500),
    defaultValue: () => undefined,
    defaultText: 'keep everything',
    help: 'Delete pictures and finished jobs that are older than this number of days.',
  }),
  retentionBytes: option<number | undefined>({
    ...open,
    variables: ['FIREFLY_RETENTION_GB'],
    flag: 'retention-gb',
    placeholder: 'GB',
    kind: gigabytes,
    defaultValue: () => undefined,
    defaultText: 'keep everything',
    help: 'Delete the oldest pictures of finished jobs while all pictures take more than this many gigabytes (0.5 is 500 MB); those of the last hour are kept.',
  }),
  httpsProxy: option<string | undefined>({
    reachesAdobe: true,
    variables: ['HTTPS_PROXY', 'https_proxy'],
    secret: true,
    credential: false,
    kind: proxy,
    ...unset,
    help: 'Proxy for every request to Adobe; may include a user name and a password.',
  }),
  noProxy: option<string | undefined>({
    ...open,
    reachesAdobe: true,
    variables: ['NO_PROXY', 'no_proxy'],
    kind: text,
    ...unset,
    help: 'Hosts that are reached without the proxy, separated by commas.',
  }),
  extraCaCerts: option<string | undefined>({
    ...open,
    reachesAdobe: true,
    variables: ['NODE_EXTRA_CA_CERTS'],
    kind: path,
    ...unset,
    help: 'PEM file with additional certificate authorities to trust, as needed behind a company proxy.',
  }),
  waitSeconds: option<number>({
    ...open,
    variables: ['FIREFLY_WAIT_SECONDS'],
    flag: 'wait-seconds',
    placeholder: 'N',
    kind: wholeNumber(0, 600),
    defaultValue: () => 45,
    defaultText: '45',
    help: 'Longest time that a tool call waits before it answers with a running job, in seconds.',
  }),
  preview: option<'thumb' | 'none' | 'full'>({
    ...open,
    variables: ['FIREFLY_PREVIEW'],
    flag: 'preview',
    placeholder: 'SIZE',
    kind: oneOf(['thumb', 'none', 'full']),
    defaultValue: () => 'thumb',
    defaultText: 'thumb',
    help: 'Pictures in results: thumb (at most 100 kB for a whole result), none, or full.',
  }),
  defaults: option<Readonly<Record<string, string>>>({
    ...open,
    variables: ['FIREFLY_DEFAULTS'],
    flag: 'defaults',
    placeholder: 'PAIRS',
    kind: pairs,
    defaultValue: () => ({}),
    defaultText: undefined,
    help: 'What paid tools take where a call says nothing, such as model=image5 aspect_ratio=16:9; size and aspect_ratio count for generate_image alone: edits keep the shape of their picture.',
  }),
  publicUrl: option<string | undefined>({
    ...open,
    variables: ['FIREFLY_PUBLIC_URL'],
    flag: 'public-url',
    placeholder: 'URL',
    kind: origin('https://firefly.example.com'),
    ...unset,
    help: 'Origin of the HTTP server as people see it, such as https://firefly.example.com; signed links never follow a Host header.',
  }),
  signingKeyFile: option<string | undefined>({
    ...open,
    variables: ['FIREFLY_SIGNING_KEY_FILE'],
    flag: 'signing-key-file',
    placeholder: 'FILE',
    kind: path,
    defaultValue: () => undefined,
    defaultText: 'signing-key in the data folder, made at the first start',
    help: 'File (mode 0600) with the keys of signed links, one a line: the first signs, all are accepted. Processes behind one address share it.',
  }),
  authFile: option<string | undefined>({
    ...open,
    variables: ['FIREFLY_AUTH_FILE'],
    flag: 'auth-file',
    placeholder: 'FILE',
    kind: path,
    ...unset,
    help: 'File of the people who may use the HTTP server, with hashes of their tokens, scopes and daily budgets.',
  }),
  oauthIssuer: option<string | undefined>({
    ...open,
    variables: ['FIREFLY_OAUTH_ISSUER'],
    flag: 'oauth-issuer',
    placeholder: 'URL',
    kind: issuer,
    ...unset,
    help: 'Issuer whose access tokens (JWT) sign people in over HTTP, exactly as its tokens name it.',
  }),
  oauthAudience: option<readonly string[] | undefined>({
    ...open,
    variables: ['FIREFLY_OAUTH_AUDIENCE'],
    flag: 'oauth-audience',
    placeholder: 'LIST',
    kind: words,
    defaultValue: () => undefined,
    defaultText: 'FIREFLY_PUBLIC_URL and /mcp',
    help: 'Audience of those tokens, separated by commas; tokens for other services are refused.',
  }),
  trustedProxies: option<readonly string[] | undefined>({
    ...open,
    variables: ['FIREFLY_TRUSTED_PROXIES'],
    flag: 'trusted-proxies',
    placeholder: 'LIST',
    kind: addressRanges,
    ...unset,
    help: 'Addresses or ranges of the proxies in front of the HTTP server: their X-Forwarded-For and X-Forwarded-Proto count, and requests past them are refused.',
  }),
  metricsPort: option<number | undefined>({
    ...open,
    variables: ['FIREFLY_METRICS_PORT'],
    flag: 'metrics-port',
    placeholder: 'N',
    kind: wholeNumber(0, 65_535),
    ...unset,
    help: 'Port for /metrics alone, without a sign-in, on the address of the HTTP server; 0 takes a free one.',
  }),
  resourceLinks: option<'auto' | 'always' | 'never'>({
    ...open,
    variables: ['FIREFLY_RESOURCE_LINKS'],
    flag: 'resource-links',
    placeholder: 'WHEN',
    kind: oneOf(['auto', 'always', 'never']),
    defaultValue: () => 'auto',
    defaultText: 'auto',
    help: 'Links to pictures and jobs in results: auto (clients that are known to take them), always, or never.',
  }),
  toolsets: option<readonly Toolset[]>({
    ...open,
    variables: ['FIREFLY_TOOLSETS'],
    flag: 'toolsets',
    placeholder: 'LIST',
    kind: someOf(TOOLSETS),
    defaultValue: () => TOOLSETS,
    defaultText: 'all',
    help: 'Sets of tools to offer, separated by commas: core (draw, edit, masks, jobs), editing (restyle, vary, upscale, composite), batch, library (show, list, save), video (clips), or all.',
  }),
  readOnly: option<boolean>({
    ...open,
    variables: ['FIREFLY_READ_ONLY'],
    flag: 'read-only',
    kind: yesOrNo,
    defaultValue: () => false,
    defaultText: 'false',
    help: 'Offer only tools that spend nothing and change nothing. Jobs that are already queued continue.',
  }),
  logLevel: option<(typeof LOG_LEVELS)[number]>({
    ...open,
    variables: ['FIREFLY_LOG_LEVEL'],
    flag: 'log-level',
    placeholder: 'LEVEL',
    kind: oneOf(LOG_LEVELS),
    defaultValue: () => 'info',
    defaultText: 'info',
    help: 'Amount of logging on stderr, as JSON lines: silent, error, warn, info, debug.',
  }),
};

type OptionKey = keyof typeof OPTIONS;

/** The value of each option. */
export type OptionValues = {
  readonly [Key in OptionKey]: (typeof OPTIONS)[Key] extends Option<infer T> ? T : never;
};

/** The table as a list, in its order. */
export const OPTION_LIST: readonly (readonly [key: string, option: Option<unknown>])[] = Object.entries(OPTIONS);
