/** Levels from most to least important; `silent` writes nothing. */
export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Facts of one log line. Values are plain data; an `Error` is reduced to its name, code and message. */
export type LogFacts = Record<string, unknown>;

/** Writes JSON lines to stderr. Event names are constants in snake_case; everything that varies is a fact. */
export interface Logger {
  error(event: string, facts?: LogFacts): void;
  warn(event: string, facts?: LogFacts): void;
  info(event: string, facts?: LogFacts): void;
  debug(event: string, facts?: LogFacts): void;
  /** A logger that adds these facts to each line. */
  with(facts: LogFacts): Logger;
}

/** What a logger needs from outside. */
export interface LoggerOptions {
  readonly level: LogLevel;
  /** Takes one whole line with its newline. */
  readonly write: (line: string) => void;
  /** Wall time in milliseconds. */
  readonly now: () => number;
  /** Values that must never be written: client secrets, tokens. Read at each line, since tokens change. */
  readonly secrets?: () => readonly string[];
}

const SECRET_NAME = /secret|token|authorization|password|signature|presigned/i;
const QUERY = /(https?:\/\/[^\s"?]+)\?[^\s"]*/g;

/** A logger that redacts as it writes: secret-looking names, known secret values, and the query of every URL. */
export function createLogger(options: LoggerOptions, base: LogFacts = {}): Logger {
  const log =
    (level: Exclude<LogLevel, 'silent'>) =>
    (event: string, facts: LogFacts = {}) => {
      if (LOG_LEVELS.indexOf(level) > LOG_LEVELS.indexOf(options.level)) return;
      const line = JSON.stringify(
        { time: new Date(options.now()).toISOString(), level, event, ...base, ...facts },
        (key, value: unknown) => (SECRET_NAME.test(key) && value !== undefined ? '[redacted]' : plain(value)),
      );
      options.write(redact(line, options.secrets?.() ?? []) + '\n');
    };
  return {
    error: log('error'),
    warn: log('warn'),
    info: log('info'),
    debug: log('debug'),
    with: (facts) => createLogger(options, { ...base, ...facts }),
  };
}

/** `text` without the given secrets and without the query of any URL (signed URLs carry their signature there). */
export function redact(text: string, secrets: readonly string[]): string {
  const withoutQueries = text.replace(QUERY, '$1?[redacted]');
  return secrets
    .filter((secret) => secret.length >= 6)
    .flatMap((secret) => [
      secret,
      // As it stands inside JSON, such as a line of the log.
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
    ])
    .reduce((line, secret) => line.replaceAll(secret, '[redacted]'), withoutQueries);
}

function plain(value: unknown): unknown {
  if (!(value instanceof Error)) return typeof value === 'bigint' ? Number(value) : value;
  const { name, message } = value;
  const code = 'code' in value ? value.code : undefined;
  return { name, code, message, cause: value.cause instanceof Error ? plain(value.cause) : undefined };
}

/** Says nothing; for tests and for callers that want silence. */
export const silentLogger: Logger = createLogger({ level: 'silent', write: () => undefined, now: () => 0 });
