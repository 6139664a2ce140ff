import type { Difference } from './contract-differences.ts';
import type { Verdict } from './question.ts';
import { QUESTIONS } from './questions/index.ts';
import { inOperations, type Findings } from './run.ts';
import { TRIALS } from './trials/trial.ts';

/** What can be sent to us: our own words, numbers, codes, and names of fields. */
export interface Report {
  readonly program: string;
  /** ISO 8601. */
  readonly at: string;
  readonly asked: 'Adobe' | 'the emulator' | 'another address';
  /** Most operations that were allowed, and those that may have been charged. */
  readonly allowed: number;
  readonly operations: number;
  readonly questions: readonly ReportedQuestion[];
  readonly differences: readonly Difference[];
}

type ReportedQuestion = {
  readonly id: string;
  readonly unknown: string;
  readonly assumed?: string | undefined;
  readonly asked: string;
} & Verdict;

/** Judges every question. */
export function reportOf(
  findings: Findings,
  about: Pick<Report, 'program' | 'at' | 'asked' | 'allowed' | 'differences'>,
): Report {
  const questions = QUESTIONS.map(({ id, unknown, assumed, by, judge }) => ({
    id,
    unknown,
    assumed,
    asked: by === 'free' || by === 'nothing' ? by : TRIALS[by].what,
    ...judge(findings.answers),
  }));
  return { ...about, operations: findings.operations, questions };
}

/** The report for a person, in lines. */
export function describeReport({ questions, differences, operations, asked }: Report): readonly string[] {
  const told = questions.map((question) => {
    const head = `${question.verdict.padEnd(14)}${question.id}: `;
    if (question.verdict === 'open') return `${head}${question.why}`;
    const assumed = question.verdict === 'contradicted' ? ` (assumed: ${question.assumed})` : '';
    return `${head}${question.value}${assumed}`;
  });
  const different = differences.map(
    ({ operation, status, kind, field, type }) =>
      `  ${operation}, HTTP ${status}: ${WORDS[kind]} field ${field} (${type})`,
  );
  const count = (verdict: Verdict['verdict']) => questions.filter((question) => question.verdict === verdict).length;
  return [
    ...told,
    '',
    ...(different.length === 0
      ? ['Every answer has the fields of the contract.']
      : ['Answers differ from the contract:', ...different]),
    `${count('settled')} settled, ${count('contradicted')} contradicted, ${count('open')} open; asked ${asked}; ` +
      `${inOperations(operations)} may have been charged.`,
  ];
}

const WORDS = { unknown: 'unknown', missing: 'missing', other_type: 'other type of' } as const;
