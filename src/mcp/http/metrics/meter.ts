import type { CalledTool } from '../../calls/called-tool.ts';
import type { Metric, Sample } from './text-format.ts';

/** Upper limits of the durations of calls, seconds: a look, a mask, a short picture, the usual wait, the longest one. */
const LIMITS = [0.05, 0.25, 1, 5, 15, 45, 120] as const;

interface Durations {
  readonly within: number[];
  sum: number;
  count: number;
}

/** Counts what this process has served since its start. Labels are names of this program alone, so that there are few. */
export class Meter {
  readonly #calls = new Map<string, { readonly labels: Readonly<Record<string, string>>; count: number }>();
  readonly #durations = new Map<string, Durations>();
  readonly #requests = new Map<string, { readonly labels: Readonly<Record<string, string>>; count: number }>();

  /** Counts a tool call that has ended. */
  readonly called = ({ tool, outcome, ms }: CalledTool): void => {
    add(this.#calls, { tool, outcome });
    const durations = this.#durations.get(tool) ?? { within: LIMITS.map(() => 0), sum: 0, count: 0 };
    this.#durations.set(tool, durations);
    const seconds = ms / 1000;
    durations.sum += seconds;
    durations.count += 1;
    LIMITS.forEach((limit, place) => {
      if (seconds <= limit) durations.within[place] = (durations.within[place] ?? 0) + 1;
    });
  };

  /** Counts a request that was answered. @param route name of the route; undefined for an address that is none */
  requested(route: string | undefined, status: number): void {
    add(this.#requests, { route: route ?? 'none', status: String(status) });
  }

  /** What was counted. */
  metrics(): readonly Metric[] {
    return [
      {
        name: 'firefly_http_requests_total',
        type: 'counter',
        help: 'HTTP requests that were answered, by address and status.',
        samples: samplesOf(this.#requests),
      },
      {
        name: 'firefly_tool_calls_total',
        type: 'counter',
        help: 'Tool calls that have ended, by outcome: ok, error (told in the answer), defect (ours), asked (waits for a person).',
        samples: samplesOf(this.#calls),
      },
      {
        name: 'firefly_tool_call_seconds',
        type: 'histogram',
        help: 'Duration of tool calls, waiting included.',
        samples: [...this.#durations].flatMap(([tool, durations]) => histogram(tool, durations)),
      },
    ];
  }
}

type Counts = Map<string, { readonly labels: Readonly<Record<string, string>>; count: number }>;

function add(counts: Counts, labels: Readonly<Record<string, string>>): void {
  const key = Object.values(labels).join(' ');
  const entry = counts.get(key) ?? { labels, count: 0 };
  entry.count += 1;
  counts.set(key, entry);
}

function samplesOf(counts: Counts): readonly Sample[] {
  return [...counts.values()].map(({ labels, count }) => ({ labels, value: count }));
}

function histogram(tool: string, { within, sum, count }: Durations): readonly Sample[] {
  return [
    ...LIMITS.map((limit, place) => ({
      suffix: '_bucket',
      labels: { tool, le: String(limit) },
      value: within[place] ?? 0,
    })),
    { suffix: '_bucket', labels: { tool, le: '+Inf' }, value: count },
    { suffix: '_sum', labels: { tool }, value: sum },
    { suffix: '_count', labels: { tool }, value: count },
  ];
}
