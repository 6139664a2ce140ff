import { factsWithoutAbsentTools } from '../render/absent-tools.ts';
import { jobFacts } from '../render/jobs/job.ts';
import { jobUri } from '../render/links.ts';
import { isoTime, shortened } from '../render/phrases.ts';
import { withoutUndefined } from '../render/rendered.ts';
import { renderContext } from '../tools/definition/render-context.ts';
import type { TemplateResource } from './define.ts';
import { jsonContents } from './json.ts';

const PAGE = 50;
/** Newest jobs among which ids are completed. */
const COMPLETED_AMONG = 500;

/**
 * `firefly://jobs/{id}`: a whole job. Adobe's own result URLs are shown here only, to their owner, until they expire
 * (docs/adobe-api.md#result-url-life).
 */
export const job: TemplateResource = {
  kind: 'template',
  uriTemplate: jobUri('{id}'),
  name: 'job',
  title: 'Job',
  description: "A job as JSON, with Adobe's own result URLs until they expire.",
  mimeType: 'application/json',
  async read(id, call) {
    const { jobs, images } = await call.services();
    const found = await jobs.get(id, call.caller);
    const now = call.clock.now();
    const living = found.results.filter(({ expiresAt }) => expiresAt > now);
    const facts = jobFacts({ job: found, purpose: 'show' }, await renderContext(call, images, found.images));
    const results = living.map(({ url, expiresAt }) => ({ url, expires_at: isoTime(expiresAt) }));
    const offered = factsWithoutAbsentTools(facts, call.settings.absentTools ?? []);
    return jsonContents(jobUri(id), withoutUndefined({ ...offered, adobe_results: results }));
  },
  async list(cursor, call) {
    const { jobs } = await call.services();
    const found = await jobs.list({ limit: PAGE + 1, before: cursor }, call.caller);
    const shown = found.slice(0, PAGE);
    const entries = shown.map(({ id, state, facts, updatedAt }) => ({
      uri: jobUri(id),
      name: id,
      title: facts.prompt === undefined ? undefined : shortened(facts.prompt, 80),
      description: state,
      mimeType: 'application/json',
      modifiedAt: updatedAt,
    }));
    return { entries, nextCursor: found.length > PAGE ? shown.at(-1)?.id : undefined };
  },
  async complete(prefix, call) {
    const { jobs } = await call.services();
    const found = await jobs.versions({ newest: COMPLETED_AMONG }, call.caller);
    return [...found.keys()].filter((id) => id.startsWith(prefix));
  },
  async listVersion(call) {
    const { jobs } = await call.services();
    return [...(await jobs.versions({ newest: PAGE + 1 }, call.caller)).keys()].join();
  },
  async versions(ids, call) {
    const { jobs } = await call.services();
    return jobs.versions({ ids }, call.caller);
  },
};
