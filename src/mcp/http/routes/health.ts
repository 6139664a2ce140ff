import { respondReadiness } from '../readiness.ts';
import { respond } from '../respond.ts';
import type { Route } from './route.ts';

/** Whether the process answers. */
export const healthz: Route = {
  name: 'healthz',
  path: /^\/healthz$/,
  methods: ['GET', 'HEAD'],
  access: 'open',
  isProbe: true,
  answer: ({ response }) => respond(response, 200, { status: 'ok' }),
};

/** Whether calls can be served. */
export const readyz: Route = {
  name: 'readyz',
  path: /^\/readyz$/,
  methods: ['GET', 'HEAD'],
  access: 'open',
  isProbe: true,
  answer: ({ response, options }) => respondReadiness(response, options),
};
