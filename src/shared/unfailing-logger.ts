import type { LogFacts, Logger } from './logger.ts';

/** The logger of another maker as one that never throws. */
export function unfailing(logger: Logger): Logger {
  const log = (level: Exclude<keyof Logger, 'with'>) => (event: string, facts?: LogFacts) => {
    try {
      logger[level](event, facts);
    } catch {
      // As in `createLogger`.
    }
  };
  return {
    error: log('error'),
    warn: log('warn'),
    info: log('info'),
    debug: log('debug'),
    with: (facts) => unfailing(logger.with(facts)),
  };
}
