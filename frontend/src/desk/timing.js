/**
 * Burden is measured, not guessed: a form with <input type="hidden" name="seconds" data-seconds>
 * sends the seconds for which it was open, visible and in use. Two idle minutes stop the count,
 * so a form left open over lunch does not look like an hour of work.
 */
const IDLE_AFTER = 120;
let idle = 0;

export function timeForms() {
  for (const sign of ["input", "pointerdown", "keydown", "scroll"]) {
    document.addEventListener(sign, () => (idle = 0), { passive: true, capture: true });
  }
  setInterval(tick, 1000);
}

function tick() {
  if (document.hidden || idle >= IDLE_AFTER) return;
  idle += 1;
  document.querySelectorAll("input[data-seconds]").forEach((input) => {
    input.value = String(Number(input.value || 0) + 1);
  });
}
