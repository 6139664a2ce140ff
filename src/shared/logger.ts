import { errorCode } from './errors.ts';

/** Levels from most to least important; `silent` writes nothing. */
export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

/** Facts of one log line: plain data; an `Error` is reduced to its name, code, message and cause. */
export type LogFacts = Record<string, unknown>;

/**
 * Writes JSON lines to stderr. Event names are constants in snake_case; everything variable is a fact. Never throws: a line
 * that cannot be written is lost, and nothing else.
 */
export interface Logger {
  error(event: string, facts?: LogFacts): void;
  warn(event: string, facts?: LogFacts): void;
  info(event: string, facts?: LogFacts): void;
  debug(event: string, facts?: LogFacts): void;
  /** A logger that adds these facts to each line. */
  with(facts: LogFacts): Logger;
}

/** Texts as they are, of at least six characters; or patterns with the flag `g`, which `secretForms` makes of texts. */
export type Secrets = readonly (string | RegExp)[];

/** Dependencies of a logger. */
export interface LoggerOptions {
  readonly level: LogLevel;
  /** Sentences for a person in place of JSON. */
  readonly plain?: boolean;
  /** Writes one line, which ends with a newline. */
  readonly write: (line: string) => void;
  /** Wall time, epoch milliseconds. */
  readonly now: () => number;
  /** Client secrets and tokens, or patterns of them, which are never written. Called for each line, as tokens change. */
  readonly secrets?: () => Secrets;
}

/** Longest text of a fact, characters: an error of another program may quote a message of megabytes. */
const LONGEST_TEXT = 4_000;
/** Longest secret, characters: a token has some thousand. */
const LONGEST_SECRET = 4_000;

const SECRET_NAME = /secret|token|authorization|password|signature|presigned/i;
/** A URL with or without a query. Matching both keeps the search linear in the length of the text. */
const ADDRESS = /(https?:\/\/[^\s"?]*)(\?[^\s"]*)?/g;
/** Secrets recognised by form: those of other processes and accounts are not in `secrets`. */
const FORMS: readonly (readonly [form: RegExp, replacement: string])[] = [
  // A JWT, also one that was cut off: base64url parts, the first a JSON object (RFC 7515, section 7.1).
  [/(?<![\w-])eyJ[\w-]{8,}(?:\.[\w-]*)+/g, '[redacted]'],
  // `Bearer` with a token (RFC 6750, section 2.1), and not with a word of a sentence.
  [/\b(bearer)(?:\s|%20)+(?![A-Za-z]{1,19}(?![\w~+/=-]))[\w.~+/=-]{6,}/gi, '$1 [redacted]'],
  // A client secret of Adobe's Developer Console.
  [/(?<![\w-])p8e-[\w-]{8,}/g, '[redacted]'],
  // Signature parameters of a signed URL, without the URL.
  [/\b(x-(?:amz|goog)-(?:signature|credential|security-token)|signature|sig)(=|%3D)[^&\s"'<>\\]+/gi, '$1$2[redacted]'],
];

/** A logger that redacts as it writes: secret-looking names, known secret values, and the query of every URL. */
export function createLogger(options: LoggerOptions, base: LogFacts = {}): Logger {
  const log =
    (level: Exclude<LogLevel, 'silent'>) =>
    (event: string, facts: LogFacts = {}) => {
      if (LOG_LEVELS.indexOf(level) > LOG_LEVELS.indexOf(options.level)) return;
      try {
        const secrets = options.secrets?.() ?? [];
        const line = JSON.stringify(
          { time: new Date(options.now()).toISOString(), level, event, ...base, ...facts },
          (key, value: unknown) =>
            SECRET_NAME.test(key) && value !== undefined ? '[redacted]' : plain(shortened(value, secrets), secrets),
        );
        const safe = redact(line, secrets);
        options.write((options.plain ? sentence(safe) : safe) + '\n');
      } catch {
        // The caller may be about to store the handle of a paid job.
      }
    };
  return {
    error: log('error'),
    warn: log('warn'),
    info: log('info'),
    debug: log('debug'),
    with: (facts) => createLogger(options, { ...base, ...facts }),
  };
}

/**
 * Removes from a text the given secrets, anything that has the form of one (tokens, client secrets, signatures), and the
 * query of every URL, where signed URLs have their signature. The given ones go first: a form that ends within one would
 * leave its rest, which nothing recognises.
 */
export function redact(text: string, secrets: Secrets): string {
  const unknown = secrets.reduce<string>(
    (line, secret) => (typeof secret === 'string' && secret.length < 6 ? line : line.replaceAll(secret, '[redacted]')),
    text,
  );
  return FORMS.reduce((line, [form, replacement]) => line.replace(form, replacement), unknown).replace(
    ADDRESS,
    (address: string, base: string, query?: string) => (query === undefined ? address : `${base}?[redacted]`),
  );
}

/** A line of the log as a person reads it: `firefly-mcp: warning: status failed (job job_1, problem adobe_error)`. */
function sentence(line: string): string {
  const entry: Record<string, unknown> = { ...JSON.parse(line) };
  const { time: _, room: __, level, event, warning, ...facts } = entry;
  const head = `firefly-mcp: ${level === 'warn' ? 'warning' : String(level)}:`;
  if (typeof warning === 'string') return oneLine(`${head} ${warning}`);
  const details = Object.entries(facts).map(([name, value]) => `${name} ${factText(value)}`);
  const rest = details.length === 0 ? '' : ` (${details.join(', ')})`;
  return oneLine(`${head} ${String(event).replaceAll('_', ' ')}${rest}`);
}

function factText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return 'message' in value ? String(value.message) : JSON.stringify(value);
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** A text that is too long, cleaned and then cut: half a secret is not recognised, so that what may be one goes too. */
function shortened(value: unknown, secrets: Secrets): unknown {
  if (typeof value !== 'string' || value.length <= LONGEST_TEXT) return value;
  const clean = redact(value.slice(0, LONGEST_TEXT + LONGEST_SECRET), secrets);
  const kept = value.length > LONGEST_TEXT + LONGEST_SECRET ? clean.slice(0, -LONGEST_SECRET) : clean;
  return `${kept.slice(0, LONGEST_TEXT)}… (${value.length} characters)`;
}

function plain(value: unknown, secrets: Secrets): unknown {
  // Redacted before it becomes JSON, where the `n` of an escaped line break would join the word after it.
  if (typeof value === 'string') return redact(value, secrets);
  if (!(value instanceof Error)) return typeof value === 'bigint' ? Number(value) : value;
  const { name, message } = value;
  return {
    name,
    code: errorCode(value),
    message,
    cause: value.cause instanceof Error ? plain(value.cause, secrets) : undefined,
  };
}

/** A logger that writes nothing. */
export const silentLogger: Logger = createLogger({ level: 'silent', write: () => undefined, now: () => 0 });
