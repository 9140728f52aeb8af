/** Seconds spent on a form: while it is open, visible and in use. Two idle minutes stop the count. */
const IDLE_AFTER = 120;

export function startSeconds(from = 0) {
  let spent = from;
  let idle = 0;
  const wake = () => (idle = 0);
  const signs = ["input", "pointerdown", "keydown", "scroll"];
  signs.forEach((sign) => document.addEventListener(sign, wake, { passive: true, capture: true }));
  const timer = setInterval(() => {
    if (document.hidden || idle >= IDLE_AFTER) return;
    idle += 1;
    spent += 1;
  }, 1000);
  return {
    spent: () => spent,
    stop: () => {
      clearInterval(timer);
      signs.forEach((sign) => document.removeEventListener(sign, wake, { capture: true }));
    },
  };
}
