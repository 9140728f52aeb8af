/** The living document: the open clause is marked in the text and in the contents; on a phone the panel is a sheet. */
(() => {
  const panel = document.getElementById("panel");
  if (!panel) return;

  function mark() {
    const head = panel.querySelector("[data-clause]");
    document.querySelectorAll(".cl.sel").forEach((link) => link.classList.remove("sel"));
    document.querySelectorAll(".tr.on").forEach((line) => line.classList.remove("on"));
    panel.classList.toggle("open", Boolean(head));
    if (!head) return;
    const link = document.getElementById(`c-${head.dataset.clause}`);
    if (!link) return;
    link.classList.add("sel");
    const box = link.getBoundingClientRect();
    const hidden = box.top < 130 || box.bottom > window.innerHeight - 40;
    if (hidden) link.scrollIntoView({ block: "center" });
    const parts = head.dataset.section.split(".").slice(0, 2).join(".");
    const line = document.querySelector(`.tr[data-section="${CSS.escape(parts)}"]`);
    if (line) {
      line.classList.add("on");
      line.scrollIntoView({ block: "nearest" });
    }
  }

  document.addEventListener("htmx:afterSettle", (event) => event.target === panel && mark());
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
    const closer = event.target.closest("[data-panel-close]");
    if (closer && window.matchMedia("(max-width: 991px)").matches) {
      event.preventDefault();
      panel.classList.remove("open");
      history.replaceState(null, "", closer.getAttribute("href"));
    }
    document.querySelectorAll("details.pk[open], details.sw[open]").forEach((box) => {
      if (!box.contains(event.target)) box.open = false;
    });
  });
  // A sheet that is put away on the phone must not hide the clause that was tapped.
  document.addEventListener("keydown", (event) => event.key === "Escape" && panel.classList.remove("open"));
})();
