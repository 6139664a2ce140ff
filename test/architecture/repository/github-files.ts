import { z } from 'zod';

// What GitHub documents of the files that it reads, as far as this repository may use it: anything else is a mistake
// here ("Workflow syntax for GitHub Actions", "Syntax for GitHub's form schema", "Dependabot options reference").

const Permissions = z.strictObject({ contents: z.literal('read'), 'id-token': z.literal('write').optional() });

const Step = z
  .strictObject({
    name: z.string().optional(),
    uses: z
      .string()
      .regex(/^actions\/[\w-]+@v\d+$/, 'GitHub’s own actions only, by major version')
      .optional(),
    run: z.string().optional(),
    shell: z.enum(['bash', 'pwsh']).optional(),
    with: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    env: z.record(z.string(), z.string()).optional(),
  })
  .refine(({ uses, run }) => (uses === undefined) !== (run === undefined), 'a step uses an action or runs a command')
  .refine(({ run, shell }) => run !== undefined || shell === undefined, 'only commands have a shell')
  .refine(
    (step) => !step.uses?.startsWith('actions/checkout@') || step.with?.['persist-credentials'] === false,
    'a checkout that leaves no token behind',
  );

const Job = z.strictObject({
  name: z.string().optional(),
  'runs-on': z.string(),
  'timeout-minutes': z.number().int().max(60),
  environment: z.string().optional(),
  permissions: Permissions.optional(),
  strategy: z
    .strictObject({
      'fail-fast': z.boolean(),
      matrix: z.record(z.string(), z.array(z.string('a version without quotes is a number: 20.10 would be 20.1'))),
    })
    .optional(),
  steps: z.array(Step).min(1),
});

const Branches = z.strictObject({ branches: z.array(z.string()).optional(), tags: z.array(z.string()).optional() });

export const Workflow = z.strictObject({
  name: z.string(),
  on: z.strictObject({ push: Branches.optional(), pull_request: z.null().optional() }),
  permissions: Permissions,
  concurrency: z.strictObject({ group: z.string(), 'cancel-in-progress': z.boolean().optional() }).optional(),
  jobs: z.record(z.string().regex(/^[a-z][\w-]*$/), Job),
});

const FormField = z
  .strictObject({
    type: z.enum(['markdown', 'textarea', 'input', 'dropdown', 'checkboxes']),
    id: z
      .string()
      .regex(/^[\w-]+$/)
      .optional(),
    attributes: z.strictObject({
      label: z.string().optional(),
      description: z.string().optional(),
      placeholder: z.string().optional(),
      value: z.string().optional(),
      render: z.string().optional(),
      options: z.array(z.string('quotes are needed: no and yes are booleans')).min(2).optional(),
    }),
    validations: z.strictObject({ required: z.boolean() }).optional(),
  })
  .refine(({ type, attributes }) => (type === 'markdown' ? attributes.value : attributes.label) !== undefined)
  .refine(({ type, attributes }) => (type === 'dropdown') === (attributes.options !== undefined));

export const IssueForm = z.strictObject({
  name: z.string(),
  description: z.string(),
  title: z.string().optional(),
  labels: z.array(z.string()),
  body: z
    .array(FormField)
    .refine((fields) => fields.some(({ type }) => type !== 'markdown'), 'at least one question')
    .refine((fields) => {
      const ids = fields.flatMap(({ id }) => id ?? []);
      return new Set(ids).size === ids.length;
    }, 'ids are unique'),
});

export const IssueFormConfig = z.strictObject({
  blank_issues_enabled: z.boolean(),
  contact_links: z.array(z.strictObject({ name: z.string(), url: z.url(), about: z.string() })),
});

export const Dependabot = z.strictObject({
  version: z.literal(2),
  updates: z.array(
    z.strictObject({
      'package-ecosystem': z.enum(['npm', 'github-actions']),
      directory: z.string(),
      schedule: z.strictObject({ interval: z.enum(['daily', 'weekly', 'monthly']) }),
      'open-pull-requests-limit': z.number().optional(),
      groups: z
        .record(
          z.string(),
          z.strictObject({
            'dependency-type': z.enum(['development', 'production']).optional(),
            'update-types': z.array(z.enum(['major', 'minor', 'patch'])).optional(),
            'exclude-patterns': z.array(z.string()).optional(),
          }),
        )
        .optional(),
    }),
  ),
});
