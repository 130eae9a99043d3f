/** The monitor's view on the terminal: a live area below the scrollback. */
export interface Screen {
  /** Draws the live area where the cursor stands. */
  mount(): void;
  /** Erases the live area; the cursor stays where it began. */
  unmount(): void;
  /** The terminal's size changed. */
  resized(): void;
  /** Empties the terminal's screen and draws the live area at its top. */
  clear(): void;
}
