/** The menu drawer on narrow screens. Without this script the link's #menu target still opens it. */
export function startDrawer() {
  const menu = document.getElementById("menu");
  const opener = document.querySelector("[data-drawer]");
  if (!menu || !opener) return;
  const set = (open) => {
    menu.classList.toggle("open", open);
    opener.setAttribute("aria-expanded", String(open));
    (open ? menu.querySelector("a") : opener).focus();
  };
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    set(!menu.classList.contains("open"));
  });
  document.querySelectorAll("[data-drawer-close]").forEach((closer) =>
    closer.addEventListener("click", (event) => {
      event.preventDefault();
      if (location.hash === "#menu") history.replaceState(null, "", location.pathname + location.search);
      set(false);
    }),
  );
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.classList.contains("open")) set(false);
  });
}
