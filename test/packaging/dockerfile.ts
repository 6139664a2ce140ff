/** One instruction of a Dockerfile. */
export interface Instruction {
  readonly name: string;
  /** The rest of the line. */
  readonly text: string;
}

/** A stage of a Dockerfile: what follows one `FROM`. */
export interface Stage {
  readonly image: string;
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** What `COPY` copies, and from which stage; undefined is the folder of the project. */
export interface Copy {
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly target: string;
}

/**
 * Parses the part of the Dockerfile syntax that ours uses: one line for each instruction.
 * @throws Error for anything else
 */
export function parseDockerfile(text: string): readonly Stage[] {
  const stages: (Stage & { instructions: Instruction[] })[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, name, rest] = /^([A-Z]+) ([^\\]+)$/.exec(line) ?? [];
    if (name === undefined || rest === undefined) throw new Error(`Not understood: ${line}`);
    if (name === 'FROM') {
      const [image = '', , stage] = rest.split(' ');
      stages.push({ image, name: stage, instructions: [] });
    } else {
      const stage = stages.at(-1);
      if (stage === undefined) throw new Error(`An instruction before FROM: ${line}`);
      stage.instructions.push({ name, text: rest });
    }
  }
  return stages;
}

export function parseCopy({ text }: Instruction): Copy {
  const words = text.split(' ');
  const from = /^--from=(.+)$/.exec(words[0] ?? '')?.[1];
  const places = from === undefined ? words : words.slice(1);
  return { from, sources: places.slice(0, -1), target: places.at(-1) ?? '' };
}

/** The last instruction of a name in a stage. */
export function lastOf(stage: Stage, name: string): string | undefined {
  return stage.instructions.findLast((instruction) => instruction.name === name)?.text;
}

/** Variables that a stage sets. */
export function environmentOf(stage: Stage): Readonly<Record<string, string>> {
  const settings = stage.instructions.filter(({ name }) => name === 'ENV').flatMap(({ text }) => text.split(' '));
  return Object.fromEntries(settings.map((setting) => [setting.split('=', 1)[0], setting.replace(/^\w+=/, '')]));
}
