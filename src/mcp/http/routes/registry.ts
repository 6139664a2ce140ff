import { cancelJob, forgetPerson, spending, unfinishedJobs } from './admin.ts';
import { healthz, readyz } from './health.ts';
import { mcp } from './mcp.ts';
import { metrics } from './metrics.ts';
import { pictures } from './pictures.ts';
import type { Route } from './route.ts';
import { signIn } from './no-sign-in.ts';
import { studio, studioEntrance, studioPictures, studioSession } from './studio.ts';
import { uploadPage, uploads } from './uploads.ts';

/** Every address of the server. */
export const ROUTES: readonly Route[] = [
  mcp,
  healthz,
  readyz,
  metrics,
  pictures,
  uploads,
  uploadPage,
  studio,
  studioEntrance,
  studioSession,
  studioPictures,
  spending,
  unfinishedJobs,
  cancelJob,
  forgetPerson,
  signIn,
];
