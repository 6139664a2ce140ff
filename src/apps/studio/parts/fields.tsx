import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

/** A field with its name, and a remark below. */
export function Field({
  label,
  note,
  children,
}: {
  label: string;
  note?: string;
  children: (id: string) => ComponentChildren;
}) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(id)}
      {note === undefined ? null : (
        <span class="small quiet" id={`${id}-note`}>
          {note}
        </span>
      )}
    </div>
  );
}

interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  /** The value as it is read. */
  readonly words: string;
  readonly brief?: boolean;
  readonly onChange: (value: number) => void;
  /** The person has let go. */
  readonly onDone?: (value: number) => void;
}

/** A number by moving; arrow keys work too. */
export function Slider({ label, value, min, max, step = 1, words, brief = false, onChange, onDone }: SliderProps) {
  const share = `${((value - min) / (max - min)) * 100}%`;
  const input = (
    <input
      type="range"
      min={min}
      max={max}
      step={step}
      value={value}
      style={{ '--p': share }}
      aria-label={label}
      aria-valuetext={words}
      onInput={(event) => onChange(Number(event.currentTarget.value))}
      onChange={(event) => onDone?.(Number(event.currentTarget.value))}
    />
  );
  if (brief) {
    return (
      <label>
        <span class="hide-s">{label}</span> {input}
        <output class="num">{words}</output>
      </label>
    );
  }
  return (
    <label class="field">
      <span class="row small">
        <span class="grow">{label}</span>
        <output class="num">{words}</output>
      </span>
      {input}
    </label>
  );
}

/** One of several, each with a drawing or more words. Arrow keys move within the group. */
export function Choices<Value extends string>(props: {
  readonly label: string;
  readonly class: string;
  readonly options: readonly (readonly [value: Value, content: ComponentChildren])[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}) {
  const { options, value, onChange } = props;
  const move = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const at = options.findIndex(([option]) => option === value);
    const next = (at + by + options.length) % options.length;
    const chosen = options[next];
    if (chosen === undefined) return;
    onChange(chosen[0]);
    const buttons = (event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('[role=radio]');
    buttons[next]?.focus();
  };
  return (
    <div class={props.class} role="radiogroup" aria-label={props.label} onKeyDown={move}>
      {options.map(([option, content]) => (
        <button
          key={option}
          type="button"
          role="radio"
          aria-checked={option === value}
          tabIndex={option === value ? 0 : -1}
          onClick={() => onChange(option)}
        >
          {content}
        </button>
      ))}
    </div>
  );
}
