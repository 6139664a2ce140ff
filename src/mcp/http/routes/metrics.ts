import { sendPlain } from '../respond.ts';
import type { Exchange, Route } from './route.ts';

/** Metrics in the text format of Prometheus. On a port of its own, where one is configured, no sign-in is asked for. */
export const metrics = {
  name: 'metrics',
  path: /^\/metrics$/,
  methods: ['GET', 'HEAD'],
  access: 'identity',
  scope: 'admin',
  async answer({ response, options }: Exchange) {
    const { collectMetrics } = await import('../metrics/collect.ts');
    const { METRICS_TYPE, metricsText } = await import('../metrics/text-format.ts');
    sendPlain(response, METRICS_TYPE, metricsText(await collectMetrics(options)));
  },
} as const satisfies Route;
