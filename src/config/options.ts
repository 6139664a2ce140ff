import { LOG_LEVELS } from '../shared/logger.ts';
import { defaultHome, defaultRoots } from './folders.ts';
import {
  credential,
  database,
  gigabytes,
  oneOf,
  origin,
  origins,
  path,
  paths,
  proxy,
  spendingLimit,
  text,
  wholeNumber,
  words,
  yesOrNo,
  type Kind,
} from './kinds.ts';
import type { Environment } from './environment.ts';

/** One option: everything that the resolver, the help text and the README say about it comes from here. */
export interface Option<T> {
  /** The variables that set it, the first one being its name; the others are aliases. Also its key in `config.json`. */
  readonly variables: readonly [string, ...string[]];
  /** Command-line flag without dashes. Secrets have none: a command line is visible to every user of a machine. */
  readonly flag?: string;
  /** What the flag's value is called in help; a flag without one stands for "true". */
  readonly placeholder?: string;
  /** Never shown, neither in errors nor in logs; a `…_FILE` variable may name a file (mode 0600) that holds it. */
  readonly secret: boolean;
  /** A `…_FILE` variable is accepted, and a placeholder counts as "not configured". */
  readonly credential: boolean;
  readonly kind: Kind<T>;
  readonly fallback: (place: Environment) => T;
  /** The default as help says it; undefined where there is none. */
  readonly fallbackText: string | undefined;
  /** One sentence. */
  readonly help: string;
}

const open = { secret: false, credential: false } as const;
const unset = { fallback: () => undefined, fallbackText: undefined } as const;
const secretCredential = { secret: true, credential: true, kind: credential, ...unset } as const;
const option = <T>(facts: Option<T>): Option<T> => facts;

const SCOPES = ['openid', 'AdobeID', 'session', 'additional_info', 'read_organizations', 'firefly_api', 'ff_apis'];

/** The option table: the one place where an option is declared. */
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
    help: 'Client secret of the same credential.',
  }),
  accessToken: option<string | undefined>({
    variables: ['FIREFLY_ACCESS_TOKEN'],
    ...secretCredential,
    help: 'A token obtained elsewhere, used with the client id until it expires.',
  }),
  scopes: option<readonly string[]>({
    ...open,
    variables: ['FIREFLY_SCOPES'],
    flag: 'scopes',
    placeholder: 'LIST',
    kind: words,
    fallback: () => SCOPES,
    fallbackText: SCOPES.join(','),
    help: 'Scopes asked for with the token, separated by commas.',
  }),
  apiUrl: option<string>({
    ...open,
    variables: ['FIREFLY_API_URL'],
    flag: 'api-url',
    placeholder: 'URL',
    kind: origin,
    fallback: () => 'https://firefly-api.adobe.io',
    fallbackText: 'https://firefly-api.adobe.io',
    help: 'Origin of the Firefly API; another one than Adobe’s is for emulators and tests.',
  }),
  imsUrl: option<string>({
    ...open,
    variables: ['FIREFLY_IMS_URL'],
    flag: 'ims-url',
    placeholder: 'URL',
    kind: origin,
    fallback: () => 'https://ims-na1.adobelogin.com',
    fallbackText: 'https://ims-na1.adobelogin.com',
    help: 'Origin of Adobe’s identity service, which hands out tokens.',
  }),
  trustedOrigins: option<readonly string[]>({
    ...open,
    variables: ['FIREFLY_TRUSTED_ORIGINS'],
    flag: 'trusted-origins',
    placeholder: 'LIST',
    kind: origins,
    fallback: () => [],
    fallbackText: undefined,
    help: 'Further origins that status, cancel and result links may use, separated by commas; for emulators and tests.',
  }),
  home: option<string>({
    ...open,
    variables: ['FIREFLY_HOME'],
    flag: 'home',
    placeholder: 'DIR',
    kind: path,
    fallback: defaultHome,
    fallbackText: 'the platform’s data folder',
    help: 'Data folder: jobs, quota, pictures, and config.json.',
  }),
  databaseUrl: option<string | undefined>({
    secret: true,
    credential: true,
    variables: ['FIREFLY_DATABASE_URL'],
    kind: database,
    fallback: () => undefined,
    fallbackText: 'SQLite in the data folder',
    help: 'Where jobs, quota and the records of pictures are kept: postgres://user:password@host/database (13 or newer), or sqlite: and a path. The pictures themselves stay in the data folder, which processes that share a database must share too.',
  }),
  roots: option<readonly string[]>({
    ...open,
    variables: ['FIREFLY_ROOTS'],
    flag: 'roots',
    placeholder: 'DIRS',
    kind: paths,
    fallback: defaultRoots,
    fallbackText: 'the working directory; none where that is a filesystem root, the home folder or a system folder',
    help: 'Folders that pictures may be read from, separated as in PATH. Relative paths start from the working directory.',
  }),
  outputFolder: option<string | undefined>({
    ...open,
    variables: ['FIREFLY_OUTPUT_DIR'],
    flag: 'output-dir',
    placeholder: 'DIR',
    kind: path,
    fallback: () => undefined,
    fallbackText: './firefly, or Firefly in the pictures folder where the working directory is under no root',
    help: 'The folder that save_image may write to.',
  }),
  perMinute: option<number>({
    ...open,
    variables: ['FIREFLY_RPM'],
    flag: 'rpm',
    placeholder: 'N',
    kind: wholeNumber(1, 10_000),
    fallback: () => 4,
    fallbackText: '4',
    help: 'Paid requests that the organisation may make in a minute.',
  }),
  perDay: option<number>({
    ...open,
    variables: ['FIREFLY_RPD'],
    flag: 'rpd',
    placeholder: 'N',
    kind: wholeNumber(1, 10_000_000),
    fallback: () => 9000,
    fallbackText: '9000',
    help: 'Paid requests that the organisation may make in a day.',
  }),
  dailyBudget: option<number | undefined>({
    ...open,
    variables: ['FIREFLY_DAILY_BUDGET'],
    flag: 'daily-budget',
    placeholder: 'N',
    kind: wholeNumber(0, 10_000_000),
    ...unset,
    help: 'Most paid requests in 24 hours with one client id, by all processes of this installation; further calls are refused and spend nothing.',
  }),
  confirmOver: option<number>({
    ...open,
    variables: ['FIREFLY_CONFIRM'],
    flag: 'confirm-spending',
    placeholder: 'WHEN',
    kind: spendingLimit,
    fallback: () => Infinity,
    fallbackText: 'never',
    help: 'When a person is asked before money is spent: never, over:N (calls that need more than N paid requests), always.',
  }),
  retentionDays: option<number | undefined>({
    ...open,
    variables: ['FIREFLY_RETENTION_DAYS'],
    flag: 'retention-days',
    placeholder: 'N',
    kind: wholeNumber(1, 36_500),
    fallback: () => undefined,
    fallbackText: 'keep everything',
    help: 'Delete pictures and finished jobs that are older than so many days.',
  }),
  retentionBytes: option<number | undefined>({
    ...open,
    variables: ['FIREFLY_RETENTION_GB'],
    flag: 'retention-gb',
    placeholder: 'GB',
    kind: gigabytes,
    fallback: () => undefined,
    fallbackText: 'keep everything',
    help: 'Delete the oldest pictures of finished jobs while all of them take more than so many gigabytes (0.5 is 500 MB); pictures of the last hour stay.',
  }),
  httpsProxy: option<string | undefined>({
    variables: ['HTTPS_PROXY', 'https_proxy'],
    secret: true,
    credential: false,
    kind: proxy,
    ...unset,
    help: 'Proxy for every request to Adobe; may hold a user name and a password.',
  }),
  noProxy: option<string | undefined>({
    ...open,
    variables: ['NO_PROXY', 'no_proxy'],
    kind: text,
    ...unset,
    help: 'Hosts that are reached without the proxy, separated by commas.',
  }),
  extraCaCerts: option<string | undefined>({
    ...open,
    variables: ['NODE_EXTRA_CA_CERTS'],
    kind: path,
    ...unset,
    help: 'PEM file with further certificate authorities to trust, as a company proxy needs.',
  }),
  waitSeconds: option<number>({
    ...open,
    variables: ['FIREFLY_WAIT_SECONDS'],
    flag: 'wait-seconds',
    placeholder: 'N',
    kind: wholeNumber(0, 600),
    fallback: () => 45,
    fallbackText: '45',
    help: 'Longest that a tool call waits before it answers with a running job, in seconds.',
  }),
  preview: option<'thumb' | 'none' | 'full'>({
    ...open,
    variables: ['FIREFLY_PREVIEW'],
    flag: 'preview',
    placeholder: 'SIZE',
    kind: oneOf(['thumb', 'none', 'full']),
    fallback: () => 'thumb',
    fallbackText: 'thumb',
    help: 'Pictures within results: thumb (at most 100 kB for a whole result), none, or full.',
  }),
  readOnly: option<boolean>({
    ...open,
    variables: ['FIREFLY_READ_ONLY'],
    flag: 'read-only',
    kind: yesOrNo,
    fallback: () => false,
    fallbackText: 'false',
    help: 'Offer only the tools that spend nothing and change nothing. Jobs that are in the queue already go on.',
  }),
  logLevel: option<(typeof LOG_LEVELS)[number]>({
    ...open,
    variables: ['FIREFLY_LOG_LEVEL'],
    flag: 'log-level',
    placeholder: 'LEVEL',
    kind: oneOf(LOG_LEVELS),
    fallback: () => 'info',
    fallbackText: 'info',
    help: 'How much is logged on stderr, as JSON lines: silent, error, warn, info, debug.',
  }),
};

type OptionKey = keyof typeof OPTIONS;

/** The value of each option. */
export type OptionValues = {
  readonly [Key in OptionKey]: (typeof OPTIONS)[Key] extends Option<infer T> ? T : never;
};

/** The table as a list, in its order. */
export const OPTION_LIST: readonly (readonly [key: string, option: Option<unknown>])[] = Object.entries(OPTIONS);
