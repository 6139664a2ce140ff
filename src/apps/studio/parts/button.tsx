import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Cost } from '../model/answers.ts';
import { useStore } from '../session/store.ts';
import { useStudio } from '../session/studio.ts';
import { Icon, type IconName } from './icon.tsx';

interface ButtonProps {
  readonly icon?: IconName;
  readonly children: ComponentChildren;
  readonly look?: 'main' | 'plain' | 'ghost' | 'line';
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  readonly title?: string;
  readonly class?: string;
  readonly keys?: string;
  readonly onPress: () => void;
}

/** A button that costs nothing. */
export function Button({ icon, children, look = 'plain', disabled, pressed, title, onPress, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      class={`button ${look} ${rest.class ?? ''}`}
      disabled={disabled}
      aria-pressed={pressed}
      title={title}
      aria-keyshortcuts={rest.keys}
      onClick={onPress}
    >
      {icon === undefined ? null : <Icon name={icon} small />}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonProps, 'icon' | 'children' | 'title'> {
  readonly icon: IconName;
  readonly label: string;
  readonly flip?: boolean;
}

/** A button that is a drawing; its name is said and shown as a tip. */
export function IconButton({
  icon,
  label,
  look = 'ghost',
  disabled,
  pressed,
  flip = false,
  onPress,
  ...rest
}: IconButtonProps) {
  return (
    <button
      type="button"
      class={`button square ${look} ${rest.class ?? ''}`}
      aria-label={label}
      title={rest.keys === undefined ? label : `${label}  (${rest.keys})`}
      aria-keyshortcuts={rest.keys}
      disabled={disabled}
      aria-pressed={pressed}
      onClick={onPress}
    >
      <Icon name={icon} flip={flip} />
    </button>
  );
}

interface TicketProps {
  readonly icon?: IconName;
  readonly verb: string;
  readonly cost: Cost;
  readonly second?: boolean;
  readonly disabled?: boolean;
  readonly describedBy?: string;
  /** Sends the call; while it is under way, and a moment longer, presses are ignored. */
  readonly onSpend: () => Promise<unknown>;
}

/**
 * The one kind of button that spends: its price is on a stub, and one press spends once. After the press the stub is torn
 * off and the verb says "Sent", so that a double click is one order.
 */
export function Ticket({ icon, verb, cost, second = false, disabled = false, describedBy, onSpend }: TicketProps) {
  const studio = useStudio();
  const demo = useStore(studio.demo);
  const [torn, setTorn] = useState(false);
  const pressed = useRef(false);
  const alive = useRef(true);
  useEffect(() => () => void (alive.current = false), []);
  const { t } = studio;
  const press = async (): Promise<void> => {
    if (pressed.current || disabled) return;
    pressed.current = true;
    setTorn(true);
    try {
      await onSpend();
    } finally {
      pressed.current = false;
      if (alive.current) setTorn(false);
    }
  };
  return (
    <button
      type="button"
      class={`spend ${second ? 'two' : ''} ${torn ? 'torn' : ''}`}
      disabled={disabled}
      aria-disabled={torn}
      aria-describedby={describedBy}
      title={`${verb}: ${t.priceSpoken(cost, demo)}`}
      onClick={() => void press()}
    >
      <span class="verb">
        {icon === undefined ? null : <Icon name={icon} small />}
        {torn ? t.sent : verb}
      </span>
      <span class="stub">
        <span class="sr">, {t.priceSpoken(cost, demo)}</span>
        <span aria-hidden="true">{t.price(cost, demo)}</span>
      </span>
    </button>
  );
}

/** One choice of few, side by side. */
export function Tabs<Value extends string | number>(props: {
  readonly label: string;
  readonly options: readonly (readonly [value: Value, label: string])[];
  readonly value: Value;
  readonly disabled?: (value: Value) => boolean;
  readonly onChange: (value: Value) => void;
}) {
  return (
    <div class="tabs" role="group" aria-label={props.label}>
      {props.options.map(([value, label]) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === props.value}
          disabled={props.disabled?.(value) ?? false}
          onClick={() => props.onChange(value)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
