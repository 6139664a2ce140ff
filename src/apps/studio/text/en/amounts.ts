import type { Cost } from '../../model/answers.ts';
import type { Formats } from '../formats.ts';

/** Amounts as words, which many texts hold. */
export function amountsFor(f: Formats) {
  const operations = (n: number) => `${f.number(n)} ${f.plural(n, 'operation', 'operations')}`;
  const requests = (n: number) => `${f.number(n)} ${f.plural(n, 'request', 'requests')}`;
  const pictures = (n: number) => `${f.number(n)} ${f.plural(n, 'picture', 'pictures')}`;
  const about = ({ estimate }: Cost) => (estimate ? 'about ' : '');
  const costs = (cost: Cost) => `${about(cost)}${operations(cost.operations)}, ${requests(cost.requests)}`;
  return { operations, requests, pictures, costs };
}
