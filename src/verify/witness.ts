import type { SeenAnswer, Trial } from '../firefly/trial.ts';
import { isRecord } from '../shared/text/json.ts';
import { differencesOf, type Difference } from './contract-differences.ts';
import { TRIAL_IDS, TRIALS, type TrialId } from './trials/trial.ts';

/** An answer as questions see it. Never part of a report. */
export interface Answer {
  readonly operation: string;
  readonly path: string;
  /** The paid request that it answers. */
  readonly trial: TrialId | undefined;
  readonly requestId: string;
  readonly status: number;
  readonly headers: SeenAnswer['headers'];
  /** The JSON, without the token of IMS; undefined for anything else. */
  readonly body: unknown;
}

/** Sees the answers of a run, and adds the headers of its trials. */
export class Witness implements Trial {
  readonly answers: Answer[] = [];
  readonly #differences = new Map<string, Difference>();

  headersFor(_operation: string, body: unknown): Readonly<Record<string, string>> {
    const trial = trialOf(body);
    return trial === undefined ? {} : (TRIALS[trial].headers ?? {});
  }

  seen({ operation, path, sent, requestId, status, headers, text }: SeenAnswer): void {
    const body = parse(text);
    const trial = trialOf(sent);
    const about = { operation, path, requestId, status, headers };
    // Other jobs of the queue may be sent meanwhile; they are no part of the report.
    const isOurs = sent === undefined || trial !== undefined;
    if (!isOurs) return;
    for (const difference of differencesOf(operation, status, body)) {
      this.#differences.set(JSON.stringify(difference), difference);
    }
    this.answers.push({ ...about, trial, body: operation === 'token' ? withoutToken(body) : body });
  }

  /** Each difference from the contract once, in the order in which they came. */
  get differences(): readonly Difference[] {
    return [...this.#differences.values()];
  }
}

/** The trial that a body belongs to, by its seed. */
function trialOf(body: unknown): TrialId | undefined {
  if (!isRecord(body)) return undefined;
  const seeds: unknown = body['seeds'];
  const [seed] = Array.isArray(seeds) ? (seeds as readonly unknown[]) : [];
  return TRIAL_IDS.find((id) => TRIALS[id].seed === seed);
}

function withoutToken(body: unknown): unknown {
  return isRecord(body) ? { ...body, access_token: undefined } : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
