/** Shows the calm amber banner while there is no network. The outbox count is the phone work's to fill. */
export function watchConnection() {
  const banner = document.querySelector("[data-offline]");
  if (!banner) return;
  const show = () => {
    banner.hidden = navigator.onLine;
  };
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  show();
}
