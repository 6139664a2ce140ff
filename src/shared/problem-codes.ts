/** The one who can act on a problem. */
export type Actor =
  /** The caller: other arguments would work. */
  | 'caller'
  /** Time: an equal call can work later. */
  | 'wait'
  /** The person who runs this installation: credentials, network, disk, quota. */
  | 'operator'
  /** This program: a defect. */
  | 'us';

/** Codes that callers treat alike: `store` for a store that does not do its work, `image` for lost content of a picture. */
export type ProblemFamily = 'store' | 'image';

/** What holds for every problem of one code. */
export interface ProblemFacts {
  /** Who can act, unless a problem says otherwise because its code has several causes. */
  readonly actor: Actor;
  /** The table under "Troubleshooting" in docs/operating.md that explains the code. */
  readonly documented: string;
  readonly family?: ProblemFamily;
}

const ACCOUNT = 'Credentials and account';
const NETWORK = 'Network and Adobe';
const QUEUE = 'Money and queue';
const STORE = 'Store and disk';
const PICTURES = 'Pictures and arguments';
const SERVING = 'Serving';

/** Every code that this program gives a problem. Codes are stable and part of the contract with callers. */
export const PROBLEM_CODES = codes({
  credentials_missing: { actor: 'operator', documented: ACCOUNT },
  credentials_refused: { actor: 'operator', documented: ACCOUNT },
  access_token_expired: { actor: 'operator', documented: ACCOUNT },
  api_key_refused: { actor: 'operator', documented: ACCOUNT },
  not_entitled: { actor: 'operator', documented: ACCOUNT },
  quota_exhausted: { actor: 'operator', documented: ACCOUNT },
  model_not_available: { actor: 'caller', documented: ACCOUNT },
  unknown_custom_model: { actor: 'caller', documented: ACCOUNT },
  ambiguous_custom_model: { actor: 'caller', documented: ACCOUNT },

  adobe_unreachable: { actor: 'wait', documented: NETWORK },
  rate_limited: { actor: 'wait', documented: NETWORK },
  adobe_error: { actor: 'wait', documented: NETWORK },
  content_policy: { actor: 'caller', documented: NETWORK },
  invalid_request: { actor: 'caller', documented: NETWORK },
  outcome_unknown: { actor: 'caller', documented: NETWORK },
  timeout: { actor: 'wait', documented: NETWORK },
  result_unreadable: { actor: 'us', documented: NETWORK },
  cancel_refused: { actor: 'wait', documented: NETWORK },
  job_unknown_at_adobe: { actor: 'caller', documented: NETWORK },
  demo_ended: { actor: 'caller', documented: NETWORK },
  results_expired: { actor: 'operator', documented: NETWORK },
  download_refused: { actor: 'operator', documented: NETWORK },
  download_unfinished: { actor: 'wait', documented: NETWORK },
  result_too_large: { actor: 'us', documented: NETWORK },
  untrusted_link: { actor: 'operator', documented: NETWORK },
  upload_lapsed: { actor: 'wait', documented: NETWORK },
  picture_url_unreachable: { actor: 'caller', documented: NETWORK },
  not_found: { actor: 'operator', documented: NETWORK },
  invalid_address: { actor: 'operator', documented: NETWORK },
  certificates_unreadable: { actor: 'operator', documented: NETWORK },

  budget_exhausted: { actor: 'wait', documented: QUEUE },
  queue_full: { actor: 'wait', documented: QUEUE },
  confirmation_required: { actor: 'caller', documented: QUEUE },
  idempotency_conflict: { actor: 'caller', documented: QUEUE },
  already_resubmitted: { actor: 'caller', documented: QUEUE },
  not_resubmittable: { actor: 'caller', documented: QUEUE },
  batch_changed: { actor: 'caller', documented: QUEUE },
  invalid_batch: { actor: 'caller', documented: QUEUE },
  batch_cancelled: { actor: 'caller', documented: QUEUE },
  batch_ended: { actor: 'caller', documented: QUEUE },
  job_newer: { actor: 'operator', documented: QUEUE },
  job_finished: { actor: 'caller', documented: QUEUE },

  home_unusable: { actor: 'operator', documented: STORE },
  home_on_network: { actor: 'operator', documented: STORE },
  store_busy: { actor: 'wait', documented: STORE, family: 'store' },
  store_full: { actor: 'operator', documented: STORE, family: 'store' },
  store_failed: { actor: 'operator', documented: STORE, family: 'store' },
  store_unavailable: { actor: 'operator', documented: STORE, family: 'store' },
  store_unreadable: { actor: 'operator', documented: STORE, family: 'store' },
  store_differs: { actor: 'operator', documented: STORE, family: 'store' },
  store_newer: { actor: 'operator', documented: STORE, family: 'store' },
  store_unreachable: { actor: 'wait', documented: STORE, family: 'store' },
  store_refused: { actor: 'operator', documented: STORE, family: 'store' },
  store_read_only: { actor: 'operator', documented: STORE, family: 'store' },
  store_too_old: { actor: 'operator', documented: STORE, family: 'store' },
  store_outcome_unknown: { actor: 'wait', documented: STORE, family: 'store' },
  store_silent: { actor: 'wait', documented: STORE, family: 'store' },
  disk_full: { actor: 'operator', documented: STORE },
  disk_failed: { actor: 'operator', documented: STORE },
  folder_unwritable: { actor: 'operator', documented: STORE },
  folder_unusable: { actor: 'operator', documented: STORE },
  outside_output_folder: { actor: 'caller', documented: STORE },
  name_taken: { actor: 'caller', documented: STORE },
  image_missing: { actor: 'operator', documented: STORE, family: 'image' },
  image_damaged: { actor: 'operator', documented: STORE, family: 'image' },

  invalid_argument: { actor: 'caller', documented: PICTURES },
  unknown_image: { actor: 'caller', documented: PICTURES },
  unknown_job: { actor: 'caller', documented: PICTURES },
  unknown_batch: { actor: 'caller', documented: PICTURES },
  ambiguous_image: { actor: 'caller', documented: PICTURES },
  outside_roots: { actor: 'caller', documented: PICTURES },
  file_not_found: { actor: 'caller', documented: PICTURES },
  not_a_file: { actor: 'caller', documented: PICTURES },
  file_unreadable: { actor: 'caller', documented: PICTURES },
  not_a_picture: { actor: 'caller', documented: PICTURES },
  still_wanted: { actor: 'caller', documented: PICTURES },
  undecodable_picture: { actor: 'caller', documented: PICTURES },
  picture_too_large: { actor: 'caller', documented: PICTURES },
  picture_ratio: { actor: 'caller', documented: PICTURES },
  preview_too_large: { actor: 'caller', documented: PICTURES },
  invalid_picture: { actor: 'caller', documented: PICTURES },
  url_not_allowed: { actor: 'caller', documented: PICTURES },
  picture_not_local: { actor: 'caller', documented: PICTURES },
  mask_empty: { actor: 'caller', documented: PICTURES },
  nobody_found: { actor: 'caller', documented: PICTURES },
  mask_size: { actor: 'caller', documented: PICTURES },
  mask_source_missing: { actor: 'caller', documented: PICTURES },
  no_transparency: { actor: 'caller', documented: PICTURES },
  shape_outside: { actor: 'caller', documented: PICTURES },
  no_server_paths: { actor: 'caller', documented: PICTURES },

  server_closing: { actor: 'wait', documented: SERVING },
  scope_missing: { actor: 'operator', documented: SERVING },
  upload_address_invalid: { actor: 'caller', documented: SERVING },
  server_busy: { actor: 'wait', documented: SERVING },
  call_cancelled: { actor: 'caller', documented: SERVING },
  interrupted: { actor: 'caller', documented: SERVING },
  port_in_use: { actor: 'operator', documented: SERVING },
  port_refused: { actor: 'operator', documented: SERVING },
  host_unknown: { actor: 'operator', documented: SERVING },
  not_loopback: { actor: 'operator', documented: SERVING },
  emulator_port_taken: { actor: 'operator', documented: SERVING },
  emulator_cannot_listen: { actor: 'operator', documented: SERVING },
  token_file_open: { actor: 'operator', documented: SERVING },
  client_config_broken: { actor: 'operator', documented: SERVING },
  client_config_conflict: { actor: 'operator', documented: SERVING },
  client_config_unusable: { actor: 'operator', documented: SERVING },
  config_invalid: { actor: 'operator', documented: SERVING },
  demo_failed: { actor: 'us', documented: SERVING },
  internal_error: { actor: 'us', documented: SERVING },
});

/** A code of a problem that this program makes. A stored record may hold a code of a later version. */
export type ProblemCode = keyof typeof PROBLEM_CODES;

/** Widens the facts of each code, so that an optional fact can be asked of any code. */
function codes<Code extends string>(table: Readonly<Record<Code, ProblemFacts>>): Readonly<Record<Code, ProblemFacts>> {
  return table;
}
