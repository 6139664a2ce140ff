const SCHEME = /^firefly:\/\/jobs\//i;
const QUOTES = /^(["'`])(.*)\1$/s;

/** The id in what names a job: with stray blanks or quotes, as `firefly://jobs/job_…`, or as its picture `job_…#1`. An item of a batch keeps its number: `batch_…#4`. */
export function jobIdIn(text: string): string {
  const plain = text.trim().replace(QUOTES, '$2').trim().replace(SCHEME, '');
  return plain.startsWith('job_') ? plain.replace(/#\d{0,4}$/, '') : plain;
}
